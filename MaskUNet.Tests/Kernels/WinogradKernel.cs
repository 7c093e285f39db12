using MaskUNet.Kernels;
using static TorchSharp.torch;

namespace MaskUNet.Tests.Kernels;

/// <summary><see cref="WinogradConvolution{T}"/> of one width of vectors.</summary>
/// <param name="Lanes">The width's name.</param>
/// <param name="Fits">Input, weight.</param>
/// <param name="Apply">Input, weight, bias, scale.</param>
/// <param name="Adjoint">Gradient, weight, scale.</param>
internal sealed record WinogradKernel(
    string Lanes, Func<Tensor, Tensor, bool> Fits, Func<Tensor, Tensor, Tensor?, int, Tensor> Apply, Func<Tensor, Tensor, int, Tensor> Adjoint)
{
    /// <summary>Those that this processor has.</summary>
    public static IReadOnlyList<WinogradKernel> All { get; } =
        [.. WideLanes.AreSupported ? [Of<WideLanes>()] : (WinogradKernel[])[], .. NarrowLanes.AreSupported ? [Of<NarrowLanes>()] : (WinogradKernel[])[]];

    private static WinogradKernel Of<T>()
        where T : unmanaged, ILanes<T> =>
        new(typeof(T).Name, (input, weight) => WinogradConvolution<T>.Fits(input, weight), WinogradConvolution<T>.Apply, WinogradConvolution<T>.Adjoint);
}
