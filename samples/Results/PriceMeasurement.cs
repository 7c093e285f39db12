using System.Diagnostics;
using MaskUNet.Images;

namespace MaskUNet.Samples.Results;

/// <summary>Measures prices.</summary>
internal static class PriceMeasurement
{
    // Of each kind, a batch in each round: what disturbs the machine for a while disturbs all.
    private const int Rounds = 3;

    /// <summary>Measures them with all painters at work.</summary>
    /// <param name="painters">Who draws.</param>
    /// <param name="kinds">The ways of drawing, and how many pictures of a prompt and seed are wanted of each.</param>
    /// <param name="guides">Those that are guided.</param>
    /// <param name="judge">Who scores.</param>
    /// <param name="prompts">Prompts to draw.</param>
    public static async Task<Prices> MeasureAsync(IReadOnlyList<Painter> painters, IReadOnlyList<Kind> kinds, IReadOnlyList<Guide> guides, Judge judge, IReadOnlyList<string> prompts)
    {
        var each = await Task.WhenAll(painters.Select(painter => Task.Run(() => MeasureAsync(painter, kinds, guides, judge, prompts))));
        return new(
            each[0].Drawing.Keys.ToDictionary(kind => kind, kind => each.Average(one => one.Drawing[kind])),
            [.. each[0].Scoring.Select((_, i) => each.Average(one => one.Scoring[i]))]);
    }

    private static async Task<Prices> MeasureAsync(Painter painter, IReadOnlyList<Kind> kinds, IReadOnlyList<Guide> guides, Judge judge, IReadOnlyList<string> prompts)
    {
        (Kind Kind, int Count)[] all = [.. kinds.Select(kind => (kind, kind.TakesPrompts ? Experiment.PromptBatch : Experiment.CandidateBatch)), .. guides.Select(guide => (guide.Kind, 1))];
        var (drawing, scoring) = (all.ToDictionary(one => one.Kind.Folder, _ => 0.0), new double[judge.Rewards.Count]);
        for (var round = -1; round < Rounds; round++)
        {
            foreach (var (kind, count) in all)
            {
                string[] some = [.. Enumerable.Range(0, count).Select(i => prompts[(Math.Max(round, 0) + (kind.TakesPrompts ? i : 0)) % prompts.Count])];
                var clock = Stopwatch.StartNew();
                var pictures = await painter.DrawAsync(some, [.. some.Select((_, i) => (long)i)], kind.Masks(new(round + 1, 0), 0));
                var took = clock.Elapsed.TotalSeconds;
                if (round >= 0) // the first only warms up
                {
                    drawing[kind.Folder] += took / (Rounds * count);
                }

                if (round >= 0 && kind == Kinds.Plain)
                {
                    Score(some, pictures);
                }
            }
        }

        return new(drawing, scoring);

        void Score(IReadOnlyList<string> some, IReadOnlyList<RgbImage> pictures)
        {
            foreach (var (seconds, i) in judge.ScoringSeconds(some, pictures).Select((seconds, i) => (seconds, i)))
            {
                scoring[i] += seconds / (Rounds * pictures.Count);
            }
        }
    }
}
