using MaskUNet.Kernels;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Checkpoints;

/// <summary>
/// The weights of one model. A model is built by asking for each tensor by name and shape, so nothing is initialised at random,
/// nothing is held twice, and one report names everything that does not fit.
/// </summary>
/// <remarks>Building is for one thread; afterwards the weights are only read, from any thread. Disposing frees every tensor.</remarks>
public sealed class ModelWeights : IDisposable
{
    private readonly Dictionary<string, Tensor> tensors = new(StringComparer.Ordinal);
    private readonly List<string> missing = [];
    private readonly List<(string Key, string Shapes)> misshapen = [];
    private readonly IWeightSource source;

    /// <summary>Prepares to take weights.</summary>
    /// <param name="source">Where they come from.</param>
    /// <param name="dataType">The type that they are converted to.</param>
    /// <param name="device">The device that they are placed on; the CPU by default.</param>
    public ModelWeights(IWeightSource source, ScalarType dataType = ScalarType.Float32, Device? device = null)
    {
        ArgumentNullException.ThrowIfNull(source);
        this.source = source;
        DataType = dataType;
        Device = device ?? CPU;
    }

    /// <summary>The type of every weight.</summary>
    public ScalarType DataType { get; }

    /// <summary>The device of every weight.</summary>
    public Device Device { get; }

    /// <summary>All weights taken so far, by state-dict key. They belong to this object.</summary>
    public IReadOnlyDictionary<string, Tensor> Tensors => tensors;

    /// <summary>The scope of the model's root: keys without a prefix.</summary>
    public WeightScope Root => new(this, "");

    /// <summary>Takes one weight.</summary>
    /// <param name="name">The whole state-dict key.</param>
    /// <param name="shape">The shape that the model needs.</param>
    /// <returns>The weight, owned by this object; a stand-in without values when the source lacks it (see <see cref="Complete"/>).</returns>
    /// <remarks>What the source throws ends the building: every weight taken so far is freed.</remarks>
    public Tensor Take(string name, params long[] shape)
    {
        if (tensors.TryGetValue(name, out var known))
        {
            return known;
        }

        // Weights outlive whatever scope the caller happens to be in.
        using var scope = NewDisposeScope();
        try
        {
            var tensor = Fits(name, shape)
                ? source.Read(name, shape, DataType, Device)
                : empty(shape, DataType, META);
            if (shape.Length == 4)
            {
                tensor = ConvolutionKernel.ChannelsLast(tensor);
            }

            return tensors[name] = tensor.DetachFromDisposeScope();
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Ends the building of a model.</summary>
    /// <param name="model">What the model is called in the report.</param>
    /// <param name="ignore">Keys of the source that may stay unused.</param>
    /// <exception cref="CheckpointException">Keys are missing, unexpected or of another shape; the message names them all.</exception>
    public void Complete(string model, Func<string, bool>? ignore = null)
    {
        var unexpected = source.Entries is null
            ? []
            : source.Entries.Keys.Where(key => !tensors.ContainsKey(key) && ignore?.Invoke(key) != true).ToList();
        if (missing.Count + misshapen.Count + unexpected.Count > 0)
        {
            Dispose();
            throw new CheckpointException(StateDictReport.Describe(model, source, missing, unexpected, misshapen));
        }
    }

    /// <summary>Frees every weight. The model must not be used afterwards.</summary>
    public void Dispose()
    {
        foreach (var tensor in tensors.Values)
        {
            tensor.Dispose();
        }

        tensors.Clear();
    }

    private bool Fits(string name, long[] shape)
    {
        if (source.Entries is not { } entries)
        {
            return true;
        }

        if (!entries.TryGetValue(name, out var entry))
        {
            missing.Add(name);
            return false;
        }

        if (!entry.Shape.SequenceEqual(shape))
        {
            misshapen.Add((name, $" is [{string.Join(", ", entry.Shape)}], needed [{string.Join(", ", shape)}]"));
            return false;
        }

        return true;
    }
}
