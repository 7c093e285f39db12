using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Kernels;

/// <summary>
/// Group normalisation, SiLU and a 3x3 convolution in one, with gradients for the input; all weights are frozen. What the convolution sees is made as it goes and
/// never stands as a whole, which of large pictures saves memory and its first touch; the way back takes one tensor for both gradients.
/// </summary>
internal sealed class NormConvolutionFunction : InputGradientFunction<NormConvolutionFunction, NormConvolutionSettings>
{
    private static readonly WinogradFunction.Map There = new(Scale: 1, IsAdjoint: false);

    /// <summary>Whether both are worth it and what they are made for: the convolution <see cref="WinogradFunction"/>, the norm <see cref="ChannelPasses"/>.</summary>
    public static bool Pays(NormConvolutionSettings norm, Tensor input, Tensor weight, Tensor? bias) =>
        WinogradFunction.Pays(input, weight, bias) && ChannelPasses.Pays(input) && !Gradients.AreRecorded(norm.Weight, norm.Bias);

    /// <summary>Normalises and convolves.</summary>
    /// <param name="norm">The normalisation.</param>
    /// <param name="input">[B, in, H, W].</param>
    /// <param name="weight">[out, in, 3, 3].</param>
    /// <param name="bias">[out] or null.</param>
    /// <returns>[B, out, H, W], channels-last.</returns>
    public static Tensor Apply(NormConvolutionSettings norm, Tensor input, Tensor weight, Tensor? bias)
    {
        if (Gradients.AreRecorded(input))
        {
            return Record(norm, input, weight, bias);
        }

        using var scope = NewDisposeScope();
        return Convolve(norm, StripGroupNorm.Statistics(norm.Norm, input), input, weight, bias).MoveToOuterDisposeScope();
    }

    protected override Tensor Forward(autograd.AutogradContext ctx, NormConvolutionSettings settings, Tensor input, Tensor weight, Tensor? bias)
    {
        var statistics = StripGroupNorm.Statistics(settings.Norm, input);
        ctx.save_for_backward([input, weight, statistics]);
        return Convolve(settings, statistics, input, weight, bias);
    }

    protected override Tensor InputGradient(IReadOnlyList<Tensor> saved, NormConvolutionSettings settings, Tensor gradient)
    {
        var (input, weight, statistics) = (saved[0], saved[1], saved[2]);
        if (!Gradients.AreRecorded(input, gradient))
        {
            var slopes = (There with { IsAdjoint = true }).Apply(gradient, weight, bias: null);
            StripGroupNorm.InputGradient(settings.Norm, slopes, input, settings.Weight, settings.Bias, statistics, output: slopes);
            return slopes;
        }

        // A derivative of the derivative was asked for: rare, so libtorch's own way will do.
        var output = nn.functional.conv2d(GroupNormFunction.ByOperators(settings.Norm, input, settings.Weight, settings.Bias), weight, padding: [1, 1]);
        return autograd.grad([output], [input], [gradient], retain_graph: true, create_graph: true)[0];
    }

    private static Tensor Convolve(NormConvolutionSettings norm, Tensor statistics, Tensor input, Tensor weight, Tensor? bias)
    {
        using var scope = NewDisposeScope();
        var affine = Enumerable.Range(0, (int)input.shape[0]).Select(picture => GroupMoments.Affine(statistics[picture], norm.Weight, norm.Bias)).ToArray();
        return There.Apply(input, weight, bias, (cat([.. affine.Select(one => one.Factor)]), cat([.. affine.Select(one => one.Summand)]))).MoveToOuterDisposeScope();
    }
}

/// <summary>A normalisation that a convolution begins with.</summary>
/// <param name="Norm">Groups and epsilon; SiLU follows.</param>
/// <param name="Weight">[C], frozen.</param>
/// <param name="Bias">[C], frozen.</param>
internal sealed record NormConvolutionSettings(GroupNormSettings Norm, Tensor Weight, Tensor Bias);
