using MaskUNet.Checkpoints;
using MaskUNet.Latents;
using MaskUNet.Prompting;
using MaskUNet.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Training;

/// <summary>
/// Examples whose pictures and captions were encoded once: the posterior of each picture's latents, from which every batch draws anew, and the
/// text states of each different caption. They come in another order each epoch. A training that sees its pictures more than once saves the encoders' work.
/// </summary>
/// <remarks>Drawing is for the thread that trains. Disposing frees the tensors.</remarks>
public sealed class CachedExamples : IDiffusionExamples, IDisposable
{
    private readonly IReadOnlyDictionary<string, Tensor> tensors;
    private readonly double scale;
    private readonly PictureOrder order;

    private CachedExamples(string name, IReadOnlyDictionary<string, Tensor> tensors, double scale)
    {
        (Name, this.tensors, this.scale) = (name, tensors, scale);
        Count = Means.shape[0];
        order = new PictureOrder(Count, seed: 0);
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <summary>The number of examples.</summary>
    public long Count { get; }

    private Tensor Means => tensors[ExampleEncoder.Means];

    private Tensor Deviations => tensors[ExampleEncoder.Deviations];

    private Tensor TextStates => tensors[ExampleEncoder.TextStates]; // the first is the empty caption's

    private Tensor Captions => tensors[ExampleEncoder.Captions];

    /// <summary>Encodes examples, or reads them from a file where they were kept.</summary>
    /// <param name="encoder">The autoencoder; it stays its owner's.</param>
    /// <param name="textEncoder">The text encoder; it stays its owner's.</param>
    /// <param name="pictures">Pictures and captions, all pictures of one size.</param>
    /// <param name="count">How many to take, at least 1.</param>
    /// <param name="file">
    /// A safetensors file to keep them in; null (default) for none. What it holds is used if it was made of the same pictures and these
    /// encoders still give the same for the first of them; else it is replaced.
    /// </param>
    /// <param name="progress">Told the number of examples that are done.</param>
    /// <param name="cancellationToken">Looked at after every few pictures.</param>
    /// <returns>The examples, which the caller disposes.</returns>
    /// <exception cref="InvalidOptionException">The count is below 1, or the pictures are of different sizes.</exception>
    /// <exception cref="CheckpointException">The file cannot be read or written.</exception>
    public static async Task<CachedExamples> EncodeAsync(
        ILatentEncoder encoder,
        ITextEncoder textEncoder,
        PictureReader pictures,
        long count,
        string? file = null,
        IProgress<long>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(encoder);
        ArgumentNullException.ThrowIfNull(textEncoder);
        ArgumentNullException.ThrowIfNull(pictures);
        if (count < 1)
        {
            throw new InvalidOptionException($"{count} examples cannot be encoded: give at least 1.");
        }

        var work = new ExampleEncoder(encoder, textEncoder, pictures, count);
        using var thread = new NativeThread("MaskUNet encoding of examples");
        var tensors = await thread.RunAsync(work.Run(file, progress), cancellationToken).ConfigureAwait(false);
        return new CachedExamples($"the first {count} of {pictures.Dataset.Name}", tensors, encoder.ScalingFactor);
    }

    /// <inheritdoc/>
    public DiffusionBatch Draw(TrainingStep step, double captionDropout)
    {
        ArgumentNullException.ThrowIfNull(step);
        using var scope = NewDisposeScope();
        var rows = Rows(Enumerable.Range(0, step.BatchSize).Select(i => order[step.FirstExample + i]));
        var means = Means.index_select(0, rows);
        var latents = (means + (Deviations.index_select(0, rows) * step.Noise.Draw(means.shape, means.dtype, means.device))) * scale;
        var kept = tensor(Enumerable.Range(0, step.BatchSize).Select(_ => step.NextDouble() < captionDropout ? 0L : 1L).ToArray(), device: Captions.device);
        var text = TextStates.index_select(0, Captions.index_select(0, rows) * kept);
        return new DiffusionBatch(latents.MoveToOuterDisposeScope(), text.MoveToOuterDisposeScope());
    }

    /// <summary>Frees the tensors.</summary>
    public void Dispose()
    {
        foreach (var tensor in tensors.Values)
        {
            tensor.Dispose();
        }
    }

    private Tensor Rows(IEnumerable<long> numbers) => tensor(numbers.ToArray(), device: Means.device);
}
