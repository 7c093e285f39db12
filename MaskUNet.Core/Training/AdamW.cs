using MaskUNet.Kernels;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Training;

/// <summary>
/// Adam with decoupled weight decay (Loshchilov and Hutter, arXiv 1711.05101, algorithm 2), operation for operation as PyTorch's
/// <c>AdamW</c>. TorchSharp's own cannot name the state it would have to save.
/// </summary>
/// <remarks>For one thread. It owns the moments, not the parameters.</remarks>
internal sealed class AdamW(IReadOnlyDictionary<string, Tensor> parameters, TrainingOptions options) : IDisposable
{
    /// <summary>The gradients' running mean m, by parameter.</summary>
    public IReadOnlyDictionary<string, Tensor> FirstMoments { get; } = NamedTensors.Zeros(parameters);

    /// <summary>The squared gradients' running mean v, by parameter.</summary>
    public IReadOnlyDictionary<string, Tensor> SecondMoments { get; } = NamedTensors.Zeros(parameters);

    /// <summary>One step.</summary>
    /// <param name="gradients">By parameter.</param>
    /// <param name="step">Counted from 1.</param>
    /// <param name="learningRate">Of this step.</param>
    public void Step(IReadOnlyDictionary<string, Tensor> gradients, long step, double learningRate)
    {
        using var withoutGradients = no_grad();
        var stepSize = learningRate / (1 - Math.Pow(options.Beta1, step));
        var rootCorrection = Math.Sqrt(1 - Math.Pow(options.Beta2, step));
        var kept = 1 - (learningRate * options.WeightDecay);
        var rates = new AdamWRates(
            (float)kept, (float)(1 - options.Beta1), (float)(1 - options.Beta2), (float)options.Beta2, (float)rootCorrection, (float)options.Epsilon, (float)stepSize);
        foreach (var (name, parameter) in parameters)
        {
            using var scope = NewDisposeScope();
            var (gradient, first, second) = (gradients[name], FirstMoments[name], SecondMoments[name]);
            if (AdamWKernel.Fits(parameter, gradient, first, second))
            {
                AdamWKernel.Step(parameter, gradient, first, second, rates);
                continue;
            }

            parameter.mul_(kept);
            first.lerp_(gradient, 1 - options.Beta1);
            second.mul_(options.Beta2).addcmul_(gradient, gradient, 1 - options.Beta2);
            parameter.addcdiv_(first, second.sqrt().div_(rootCorrection).add_(options.Epsilon), -stepSize);
        }
    }

    public void Dispose()
    {
        NamedTensors.Dispose(FirstMoments);
        NamedTensors.Dispose(SecondMoments);
    }
}
