using static TorchSharp.torch;

namespace MaskUNet.Training;

/// <summary>The running mean of the weights (EMA): what is drawn with, and what a training ends with.</summary>
/// <remarks>For one thread. It owns the means, not the parameters.</remarks>
internal sealed class WeightAverage : IDisposable
{
    private readonly IReadOnlyDictionary<string, Tensor> parameters;
    private readonly double decay;

    public WeightAverage(IReadOnlyDictionary<string, Tensor> parameters, double decay)
    {
        this.parameters = parameters;
        this.decay = decay;
        Means = NamedTensors.Zeros(parameters);
        NamedTensors.Copy(parameters, Means);
    }

    public IReadOnlyDictionary<string, Tensor> Means { get; }

    /// <param name="step">Counted from 1. The first steps count for more, else the mean would remember the initialisation.</param>
    public void Update(long step)
    {
        using var withoutGradients = no_grad();
        using var scope = NewDisposeScope();
        var share = 1 - Math.Min(decay, (1.0 + step) / (10 + step));
        foreach (var (name, mean) in Means)
        {
            mean.lerp_(parameters[name], share);
        }
    }

    /// <summary>Does something while the parameters are the means.</summary>
    public void Borrow(Action action)
    {
        var own = NamedTensors.Zeros(parameters);
        try
        {
            NamedTensors.Copy(parameters, own);
            NamedTensors.Copy(Means, parameters);
            action();
        }
        finally
        {
            NamedTensors.Copy(own, parameters);
            NamedTensors.Dispose(own);
        }
    }

    public void Dispose() => NamedTensors.Dispose(Means);
}
