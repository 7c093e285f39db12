using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Kernels;

/// <summary>
/// <see cref="StripGroupNorm"/> with gradients for the input; weight and bias are frozen. Of the way forward it keeps the input and the
/// groups' statistics, where libtorch's keeps what goes into SiLU too.
/// </summary>
internal sealed class GroupNormFunction : InputGradientFunction<GroupNormFunction, GroupNormSettings>
{
    /// <summary>Normalises.</summary>
    /// <param name="settings">Groups, epsilon and whether SiLU follows.</param>
    /// <param name="input">[B, C, H, W], float32.</param>
    /// <param name="weight">[C].</param>
    /// <param name="bias">[C].</param>
    public static Tensor Normalise(GroupNormSettings settings, Tensor input, Tensor weight, Tensor bias) => Record(settings, input, weight, bias);

    /// <summary>The same by libtorch's operators, with their gradients.</summary>
    /// <param name="settings">Groups, epsilon and whether SiLU follows.</param>
    /// <param name="input">[B, C, H, W].</param>
    /// <param name="weight">[C].</param>
    /// <param name="bias">[C].</param>
    public static Tensor ByOperators(GroupNormSettings settings, Tensor input, Tensor weight, Tensor bias)
    {
        var output = nn.functional.group_norm(input, settings.Groups, weight, bias, settings.Eps);
        return settings.Silu ? nn.functional.silu(output) : output;
    }

    protected override Tensor Forward(autograd.AutogradContext ctx, GroupNormSettings settings, Tensor input, Tensor weight, Tensor? bias)
    {
        var (output, statistics) = StripGroupNorm.Forward(settings, input, weight, bias!);
        ctx.save_for_backward([input, weight, bias!, statistics]);
        return output;
    }

    protected override Tensor InputGradient(IReadOnlyList<Tensor> saved, GroupNormSettings settings, Tensor gradient)
    {
        var (input, weight, bias, statistics) = (saved[0], saved[1], saved[2], saved[3]);
        if (!Gradients.AreRecorded(input, gradient))
        {
            var result = StripGroupNorm.Like(input);
            StripGroupNorm.InputGradient(settings, gradient, input, weight, bias, statistics, result);
            return result;
        }

        // A derivative of the derivative was asked for: rare, so libtorch's own way will do.
        return autograd.grad([ByOperators(settings, input, weight, bias)], [input], [gradient], retain_graph: true, create_graph: true)[0];
    }
}
