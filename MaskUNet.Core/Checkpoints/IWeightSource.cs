using static TorchSharp.torch;

namespace MaskUNet.Checkpoints;

/// <summary>
/// Where a model's weights come from: a checkpoint file, a folder of shards, a renaming of another source, or a rule that makes them.
/// </summary>
/// <remarks>Implementations are safe to read from several threads at once. A source is needed only while a model is built.</remarks>
public interface IWeightSource
{
    /// <summary>What messages call it, usually the file's path.</summary>
    string Name { get; }

    /// <summary>
    /// The tensors that it holds by state-dict key, or null when it makes whatever it is asked for
    /// (random initialisation, formula weights, the meta device).
    /// </summary>
    IReadOnlyDictionary<string, TensorEntry>? Entries { get; }

    /// <summary>Reads one tensor, contiguous, as a new tensor that the caller owns.</summary>
    /// <param name="name">The state-dict key.</param>
    /// <param name="shape">The shape that the model expects. Where <see cref="Entries"/> is not null it equals the stored shape.</param>
    /// <param name="dataType">The type to convert to.</param>
    /// <param name="device">The device to place it on.</param>
    /// <exception cref="CheckpointException">The name is not there, or its bytes cannot be read.</exception>
    Tensor Read(string name, IReadOnlyList<long> shape, ScalarType dataType, Device device);
}
