using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Kernels;

/// <summary>
/// <see cref="WinogradConvolution"/> with gradients for the input, by its adjoint. Weights and bias are frozen, so the input is not kept.
/// The adjoint's own gradient is the convolution, so that derivatives of any order work.
/// </summary>
internal sealed class WinogradFunction : InputGradientFunction<WinogradFunction, WinogradFunction.Map>
{
    /// <summary>Whether the gradients that are recorded, if any, are those of the input alone and the convolution suits both ways.</summary>
    public static bool Fits(Tensor input, Tensor weight, Tensor? bias, int scale = 1) =>
        WinogradConvolution.Fits(input, weight, scale)
        && !Gradients.AreRecorded(weight, bias)
        && (!Gradients.AreRecorded(input) || WinogradConvolution.FitsAdjoint(weight));

    /// <summary>Convolves.</summary>
    /// <param name="input">[B, in, H, W].</param>
    /// <param name="weight">[out, in, 3, 3], frozen.</param>
    /// <param name="bias">[out], frozen, or null.</param>
    /// <param name="scale">1, or 2 to repeat each pixel of the input in both directions first.</param>
    /// <returns>[B, out, scale * H, scale * W], channels-last.</returns>
    public static Tensor Convolve(Tensor input, Tensor weight, Tensor? bias, int scale = 1) =>
        Run(new Map(scale, IsAdjoint: false), input, weight, bias);

    protected override Tensor Forward(autograd.AutogradContext ctx, Map settings, Tensor input, Tensor weight, Tensor? bias)
    {
        ctx.save_for_backward([weight]);
        return settings.Apply(input, weight, bias);
    }

    protected override Tensor InputGradient(IReadOnlyList<Tensor> saved, Map settings, Tensor gradient) =>
        Run(settings with { IsAdjoint = !settings.IsAdjoint }, gradient, saved[0], bias: null);

    private static Tensor Run(Map map, Tensor input, Tensor weight, Tensor? bias) =>
        Gradients.AreRecorded(input) ? Record(map, input, weight, bias) : map.Apply(input, weight, bias);

    /// <param name="Scale">1 or 2.</param>
    /// <param name="IsAdjoint">Whether it is the way back.</param>
    internal sealed record Map(int Scale, bool IsAdjoint)
    {
        public Tensor Apply(Tensor input, Tensor weight, Tensor? bias) =>
            IsAdjoint ? WinogradConvolution.Adjoint(input, weight, Scale) : WinogradConvolution.Apply(input, weight, bias, Scale);
    }
}
