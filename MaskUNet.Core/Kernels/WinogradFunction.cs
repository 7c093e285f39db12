using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Kernels;

/// <summary>
/// <see cref="WinogradConvolution{T, TMaps}"/> in tiles of 4x4, of 2x2 for small pictures and repeated pixels, with gradients for the input, by its
/// adjoint. Weights and bias are frozen, so the input is not kept. The adjoint's own gradient is the convolution, so that derivatives of any order work.
/// </summary>
internal sealed class WinogradFunction : InputGradientFunction<WinogradFunction, WinogradFunction.Map>
{
    private const int ManyPixels = 16; // in each direction: of fewer there are so few tiles that the weights' transforms take what the products save
    private const int FewChannels = 96; // the narrow lanes' products save less than the transforms take

    /// <summary>Whether the processor has the vectors for it.</summary>
    public static bool IsSupported => WideLanes.AreSupported || NarrowLanes.AreSupported;

    /// <summary>Whether the gradients that are recorded, if any, are those of the input alone and the convolution suits both ways.</summary>
    public static bool Fits(Tensor input, Tensor weight, Tensor? bias, int scale = 1) =>
        IsSupported
        && (WideLanes.AreSupported ? Fits<WideLanes>(input, weight, scale) : Fits<NarrowLanes>(input, weight, scale))
        && !Gradients.AreRecorded(weight, bias);

    /// <summary>Whether it fits, and the channels are so many that it is faster than libtorch's own.</summary>
    public static bool Pays(Tensor input, Tensor weight, Tensor? bias, int scale = 1) =>
        (WideLanes.AreSupported || Math.Min(weight.shape[0], weight.shape[1]) >= FewChannels) && Fits(input, weight, bias, scale);

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

    private static bool Fits<T>(Tensor input, Tensor weight, int scale)
        where T : unmanaged, ILanes<T> =>
        (scale == 1 ? WinogradConvolution<T, WinogradTwo<T>>.Fits(input, weight) : WinogradConvolution<T, WinogradDoubled<T>>.Fits(input, weight))
        && (!Gradients.AreRecorded(input) || WinogradConvolution<T, WinogradTwo<T>>.FitsAdjoint(weight));

    private static Tensor Run(Map map, Tensor input, Tensor weight, Tensor? bias) =>
        Gradients.AreRecorded(input) ? Record(map, input, weight, bias) : map.Apply(input, weight, bias);

    /// <param name="Scale">1 or 2.</param>
    /// <param name="IsAdjoint">Whether it is the way back.</param>
    internal sealed record Map(int Scale, bool IsAdjoint)
    {
        public Tensor Apply(Tensor input, Tensor weight, Tensor? bias, (Tensor Factor, Tensor Summand)? norm = null) =>
            WideLanes.AreSupported ? Apply<WideLanes>(input, weight, bias, norm) : Apply<NarrowLanes>(input, weight, bias, norm);

        private Tensor Apply<T>(Tensor input, Tensor weight, Tensor? bias, (Tensor Factor, Tensor Summand)? norm)
            where T : unmanaged, ILanes<T> => (Scale, IsAdjoint) switch
            {
                (2, false) => Apply<T, WinogradDoubled<T>>(input, weight, bias, norm),
                (2, true) => Apply<T, WinogradHalved<T>>(input, weight, bias, norm),
                _ when Math.Min(input.shape[2], input.shape[3]) >= ManyPixels => Apply<T, WinogradFour<T>>(input, weight, bias, norm),
                _ => Apply<T, WinogradTwo<T>>(input, weight, bias, norm),
            };

        private Tensor Apply<T, TMaps>(Tensor input, Tensor weight, Tensor? bias, (Tensor Factor, Tensor Summand)? norm)
            where T : unmanaged, ILanes<T>
            where TMaps : IWinogradMaps<T> =>
            IsAdjoint ? WinogradConvolution<T, TMaps>.Adjoint(input, weight) : WinogradConvolution<T, TMaps>.Apply(input, weight, bias, norm);
    }
}
