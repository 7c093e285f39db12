using MaskUNet.Masking;

namespace MaskUNet.Samples.Results;

/// <summary>Measures how many candidates cost what guiding costs, with all painters at work as they will be.</summary>
internal static class CandidateCount
{
    private const int Most = 100;

    // The tables take as many as the run's own times say; a few more than needed must be there.
    private const double Reserve = 1.2;

    public static async Task<int> MeasureAsync(IReadOnlyList<Painter> painters, IReadOnlyList<Guide> guides, IReadOnlyList<string> prompts)
    {
        var counts = await Task.WhenAll(painters.Select(painter => Task.Run(() => MeasureAsync(painter, guides, prompts[0]))));
        return Math.Clamp((int)Math.Ceiling(Reserve * counts.Max()), 2, Most);
    }

    private static async Task<double> MeasureAsync(Painter painter, IReadOnlyList<Guide> guides, string prompt)
    {
        var (prompts, seeds) = (Enumerable.Repeat(prompt, Experiment.CandidateBatch).ToList(), Enumerable.Range(0, Experiment.CandidateBatch).Select(i => (long)i).ToList());
        await painter.DrawAsync(prompts, seeds, MaskStrategy.None); // warms up
        var dearest = 0.0;
        foreach (var guide in guides)
        {
            var masks = guide.Masks();
            dearest = Math.Max(dearest, (await painter.DrawAsync([prompt], [0], masks)).Seconds);
        }

        return dearest * Experiment.CandidateBatch / (await painter.DrawAsync(prompts, seeds, MaskStrategy.None)).Seconds;
    }
}
