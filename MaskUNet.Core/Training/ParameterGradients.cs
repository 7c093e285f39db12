using System.Globalization;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Training;

/// <summary>What a backward pass leaves at the parameters.</summary>
internal static class ParameterGradients
{
    private const double Tiny = 1e-6; // as in PyTorch's clip_grad_norm_

    /// <summary>The gradients by parameter, in the caller's scope; zeros where a parameter took no part.</summary>
    public static IReadOnlyDictionary<string, Tensor> Of(IReadOnlyDictionary<string, Tensor> parameters) => parameters.ToDictionary(
        pair => pair.Key, pair => pair.Value.grad is { } gradient ? gradient : zeros_like(pair.Value), StringComparer.Ordinal);

    public static void Clear(IReadOnlyDictionary<string, Tensor> parameters)
    {
        foreach (var parameter in parameters.Values)
        {
            using var gradient = parameter.grad;
            gradient?.zero_();
        }
    }

    /// <summary>The common 2-norm of gradients.</summary>
    public static float Norm(IEnumerable<Tensor> gradients)
    {
        using var scope = NewDisposeScope();
        return stack(gradients.Select(gradient => gradient.norm())).norm().item<float>();
    }

    /// <summary>Scales the gradients down, all alike, where their common 2-norm is too large.</summary>
    /// <returns>The norm before.</returns>
    /// <exception cref="NumericalException">It is NaN or infinite.</exception>
    public static double Clip(IReadOnlyDictionary<string, Tensor> gradients, double? most, long step)
    {
        var norm = Norm(gradients.Values);
        if (!float.IsFinite(norm))
        {
            throw new NumericalException(
                $"The gradients became NaN or infinite at step {step}: take a smaller learning rate, a longer warm-up, or look for a damaged example. " +
                "The last checkpoint is untouched.");
        }

        if (most is { } limit && norm > limit)
        {
            var factor = limit / (norm + Tiny);
            foreach (var gradient in gradients.Values)
            {
                gradient.mul_(factor);
            }
        }

        return norm;
    }
}
