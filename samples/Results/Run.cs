using System.Collections.Concurrent;
using MaskUNet.Images;
using MaskUNet.Masking;

namespace MaskUNet.Samples.Results;

/// <summary>Draws what is missing, several pictures at once.</summary>
internal sealed class Run(IReadOnlyList<string> prompts, Judge judge, IReadOnlyList<Guide> guides, string? learnedMasks, Journal journal, string folder)
{
    private readonly IReadOnlyList<(string Kind, Func<PictureKey, MaskStrategy> Masks)> single = Kinds.Single(learnedMasks);
    private readonly Dictionary<Guide, MaskStrategy> guided = guides.ToDictionary(guide => guide, guide => (MaskStrategy)guide.Masks());

    /// <summary>Draws.</summary>
    /// <param name="painters">Who draws, each one picture or batch after the other.</param>
    /// <param name="seeds">Pictures of each prompt; all prompts get their first one before any gets its second.</param>
    /// <param name="candidates">Candidates of each choice.</param>
    public async Task DrawAsync(IReadOnlyList<Painter> painters, int seeds, int candidates)
    {
        var waiting = new ConcurrentQueue<PictureKey[]>(
            Enumerable.Range(0, seeds).SelectMany(seed => Enumerable.Range(0, prompts.Count).Select(prompt => new PictureKey(prompt, seed)).Chunk(Experiment.PromptBatch)));
        var progress = new Progress(waiting.Count);
        await Task.WhenAll(painters.Select(painter => Task.Run(async () =>
        {
            try
            {
                while (waiting.TryDequeue(out var keys))
                {
                    progress.Report(keys, await DrawAsync(painter, keys, candidates));
                }
            }
            catch
            {
                waiting.Clear(); // the others end too, instead of hiding for hours that something is wrong
                throw;
            }
        })));
    }

    private async Task<bool> DrawAsync(Painter painter, PictureKey[] keys, int candidates)
    {
        var isNew = false;
        foreach (var (kind, masks) in single)
        {
            if (Missing(kind) is { Length: > 0 } missing)
            {
                string[] captions = [.. missing.Select(key => prompts[key.Prompt])];
                var (pictures, seconds) = await painter.DrawAsync(captions, [.. missing.Select(key => Experiment.Noise(key))], masks(keys[0]));
                var (figures, rewardSeconds) = judge.Of(captions, pictures);
                var share = 1.0 / missing.Length;
                foreach (var (key, figure) in missing.Zip(figures))
                {
                    journal.Add(new Drawing(kind, key.Prompt, key.Seed, seconds * share, [.. rewardSeconds.Select(of => of * share)], [figure]));
                }
            }
        }

        foreach (var (kind, masks) in Kinds.Candidates)
        {
            foreach (var key in Missing(kind))
            {
                await AddAsync(kind, key, candidates, batch => masks(key, batch), isShown: kind == Kinds.Plain);
            }
        }

        foreach (var guide in guides)
        {
            foreach (var key in Missing(guide.Kind))
            {
                await AddAsync(guide.Kind, key, count: 1, _ => guided[guide], isShown: true);
            }
        }

        return isNew;

        PictureKey[] Missing(string kind)
        {
            PictureKey[] missing = [.. keys.Where(key => !journal.Has(kind, key))];
            isNew |= missing.Length > 0;
            return missing;
        }

        async Task AddAsync(string kind, PictureKey key, int count, Func<int, MaskStrategy> masks, bool isShown)
        {
            var (pictures, total) = (new List<RgbImage>(), 0.0);
            foreach (var (noises, batch) in Enumerable.Range(0, count).Select(i => Experiment.Noise(key, i)).Chunk(Experiment.CandidateBatch).Select((noises, batch) => (noises, batch)))
            {
                var (drawn, seconds) = await painter.DrawAsync(Captions(noises.Length), noises, masks(batch));
                pictures.AddRange(drawn);
                total += seconds;
            }

            var (figures, rewardSeconds) = judge.Of(Captions(count), pictures);
            if (isShown)
            {
                pictures[0].SavePng(Picture(folder, kind, key));
            }

            journal.Add(new Drawing(kind, key.Prompt, key.Seed, total, rewardSeconds, figures));

            string[] Captions(int pictures) => [.. Enumerable.Repeat(prompts[key.Prompt], pictures)];
        }
    }

    /// <summary>Where the picture of a drawing lies that may be shown in the end.</summary>
    public static string Picture(string folder, string kind, PictureKey key) =>
        Path.Combine(folder, "pictures", FormattableString.Invariant($"{kind.Replace(' ', '-')}-{key.Prompt}-{key.Seed}.png"));
}
