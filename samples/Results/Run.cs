using System.Collections.Concurrent;

namespace MaskUNet.Samples.Results;

/// <summary>Draws what is missing, several pictures at once, and judges it.</summary>
/// <param name="prompts">All prompts.</param>
/// <param name="seeds">Pictures of each prompt; all prompts get their first one before any gets its second.</param>
/// <param name="gallery">Keeps the pictures.</param>
internal sealed class Run(IReadOnlyList<string> prompts, int seeds, Gallery gallery)
{
    /// <summary>Draws.</summary>
    /// <param name="painters">Who draws, each one picture or batch after the other.</param>
    /// <param name="kinds">The ways of drawing, and how many pictures of a prompt and seed each.</param>
    /// <param name="judge">Told of each kind, prompt and seed when so many of its pictures are there.</param>
    public async Task DrawAsync(IReadOnlyList<Painter> painters, IReadOnlyList<(Kind Kind, int Count)> kinds, Action<Kind, PictureKey, int> judge)
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
                    var isNew = false;
                    foreach (var (kind, count) in kinds)
                    {
                        isNew |= kind.TakesPrompts ? await DrawPromptsAsync(painter, kind, keys) : await DrawCandidatesAsync(painter, kind, keys, count);
                        foreach (var key in keys)
                        {
                            judge(kind, key, count);
                        }
                    }

                    progress.Report(keys, isNew);
                }
            }
            catch
            {
                waiting.Clear(); // the others end too, instead of hiding for hours that something is wrong
                throw;
            }
        })));
    }

    private async Task<bool> DrawPromptsAsync(Painter painter, Kind kind, PictureKey[] keys)
    {
        PictureKey[] missing = [.. keys.Where(key => gallery.Load(kind, key).Count == 0)];
        if (missing.Length == 0)
        {
            return false;
        }

        var pictures = await painter.DrawAsync([.. missing.Select(key => prompts[key.Prompt])], [.. missing.Select(key => Experiment.Noise(key))], kind.Masks(keys[0], 0));
        foreach (var (key, picture) in missing.Zip(pictures))
        {
            gallery.Save(kind, key, [picture]);
        }

        return true;
    }

    private async Task<bool> DrawCandidatesAsync(Painter painter, Kind kind, PictureKey[] keys, int count)
    {
        var isNew = false;
        foreach (var key in keys)
        {
            var pictures = gallery.Load(kind, key).ToList();
            while (pictures.Count < count)
            {
                var (batch, place) = Math.DivRem(pictures.Count, Experiment.CandidateBatch);
                var more = Math.Min(Experiment.CandidateBatch - place, count - pictures.Count);
                long[] noises = [.. Enumerable.Range(pictures.Count, more).Select(candidate => Experiment.Noise(key, candidate))];
                pictures.AddRange(await painter.DrawAsync([.. Enumerable.Repeat(prompts[key.Prompt], more)], noises, kind.Masks(key, batch)));
                gallery.Save(kind, key, pictures);
                isNew = true;
            }
        }

        return isNew;
    }
}
