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

    /// <summary>Scales the gradients down, all alike, where their common 2-norm is too large.</summary>
    /// <returns>The norm before.</returns>
    /// <exception cref="NumericalException">It is NaN or infinite.</exception>
    public static double Clip(IReadOnlyDictionary<string, Tensor> gradients, double? most, long step)
    {
        using var scope = NewDisposeScope();
        var norm = stack(gradients.Values.Select(gradient => gradient.norm())).norm().item<float>();
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
