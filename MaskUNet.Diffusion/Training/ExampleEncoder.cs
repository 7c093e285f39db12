using MaskUNet.Checkpoints;
using MaskUNet.Latents;
using MaskUNet.Prompting;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Training;

/// <summary>The work of <see cref="CachedExamples.EncodeAsync"/>: blocks of examples, a unit each.</summary>
/// <remarks>Blocks are always the same, since a batch of another size rounds differently.</remarks>
internal sealed class ExampleEncoder(ILatentEncoder encoder, ITextEncoder textEncoder, PictureReader pictures, long count)
{
    public const string Means = "means";
    public const string Deviations = "deviations";
    public const string TextStates = "text_states";
    public const string Captions = "captions";

    private const string SourceKey = "source";
    private const int Block = 64;

    // Another number of threads, or another processor, sums in another order; other weights are much further apart.
    private const double Rounding = 1e-4;

    private readonly Dictionary<string, int> captionRows = new(StringComparer.Ordinal) { [""] = 0 };
    private readonly List<Tensor> means = [];
    private readonly List<Tensor> deviations = [];
    private readonly List<Tensor> states = [];
    private readonly List<long> captions = [];

    private string Source => $"the first {count} of {pictures.Dataset.Name}";

    public IEnumerable<IReadOnlyDictionary<string, Tensor>?> Run(string? file, IProgress<long>? progress)
    {
        try
        {
            EncodeBlock(0);
            progress?.Report(captions.Count);
            yield return null;
            if (file is not null && Kept(file) is { } kept)
            {
                progress?.Report(count);
                yield return kept;
                yield break;
            }

            while (captions.Count < count)
            {
                EncodeBlock(captions.Count);
                progress?.Report(captions.Count);
                yield return null;
            }

            var made = Joined();
            if (file is not null)
            {
                SafetensorsWriter.Write(file, made, new Dictionary<string, string> { [SourceKey] = Source });
            }

            yield return made;
        }
        finally
        {
            foreach (var tensor in means.Concat(deviations).Concat(states))
            {
                tensor.Dispose();
            }
        }
    }

    private void EncodeBlock(long first)
    {
        var block = pictures.Read(first, (int)Math.Min(Block, count - first));
        var images = block.ToTensor();
        var posterior = encoder.Encode(images);
        means.Add(posterior.Mean.DetachFromDisposeScope());
        deviations.Add((posterior.LogVariance / 2).exp().DetachFromDisposeScope());
        if (first == 0)
        {
            Add([""]);
        }

        Add([.. block.Select(example => example.Caption).Where(caption => captionRows.TryAdd(caption, captionRows.Count))]);
        captions.AddRange(block.Select(example => (long)captionRows[example.Caption]));
    }

    private void Add(IReadOnlyList<string> texts)
    {
        if (texts.Count > 0)
        {
            states.Add(textEncoder.Encode(texts).HiddenStates.DetachFromDisposeScope());
        }
    }

    private Dictionary<string, Tensor> Joined() => new(StringComparer.Ordinal)
    {
        [Means] = cat(means).DetachFromDisposeScope(),
        [Deviations] = cat(deviations).DetachFromDisposeScope(),
        [TextStates] = cat(states).DetachFromDisposeScope(),
        [Captions] = tensor(captions.ToArray()).DetachFromDisposeScope(),
    };

    /// <summary>What a file holds, if the first block of it is what these encoders give now.</summary>
    private Dictionary<string, Tensor>? Kept(string path)
    {
        if (!File.Exists(path))
        {
            return null;
        }

        using var file = new SafetensorsFile(path);
        if (file.Metadata.GetValueOrDefault(SourceKey) != Source)
        {
            return null;
        }

        string[] names = [Means, Deviations, TextStates, Captions];
        var kept = names.ToDictionary(name => name, file.Read, StringComparer.Ordinal);
        if (Begins(kept[Means], means[0]) && Begins(kept[TextStates], cat(states)))
        {
            return kept.ToDictionary(pair => pair.Key, pair => pair.Value.DetachFromDisposeScope(), StringComparer.Ordinal);
        }

        return null;
    }

    private static bool Begins(Tensor whole, Tensor start)
    {
        if (!whole.shape.AsSpan(1).SequenceEqual(start.shape.AsSpan(1)) || whole.shape[0] < start.shape[0])
        {
            return false;
        }

        var furthest = (whole.narrow(0, 0, start.shape[0]) - start).abs().max().item<float>();
        return furthest <= Rounding * start.abs().max().item<float>();
    }
}
