using MaskUNet.Kernels;
using static TorchSharp.torch;

namespace MaskUNet.Tests.Kernels;

/// <summary><see cref="WinogradConvolution{T, TMaps}"/> of one width of vectors and one size of tiles.</summary>
/// <param name="Name">Both.</param>
/// <param name="Tile">Results of a tile in each direction.</param>
/// <param name="Fits">Input, weight.</param>
/// <param name="Apply">Input, weight, bias.</param>
/// <param name="Adjoint">Gradient, weight.</param>
internal sealed record WinogradKernel(
    string Name, int Tile, Func<Tensor, Tensor, bool> Fits, Func<Tensor, Tensor, Tensor?, Tensor> Apply, Func<Tensor, Tensor, Tensor> Adjoint)
{
    /// <summary>Those that this processor has.</summary>
    public static IReadOnlyList<WinogradKernel> All { get; } = [.. WideLanes.AreSupported ? Plain<WideLanes>() : [], .. NarrowLanes.AreSupported ? Plain<NarrowLanes>() : []];

    /// <summary>Those for pixels that stand twice in both directions.</summary>
    public static IReadOnlyList<WinogradKernel> Doubling { get; } =
        [.. WideLanes.AreSupported ? [Doubled<WideLanes>()] : (WinogradKernel[])[], .. NarrowLanes.AreSupported ? [Doubled<NarrowLanes>()] : (WinogradKernel[])[]];

    /// <summary>How far a result may be from the truth, relative to the largest: larger tiles add up more numbers of either sign.</summary>
    public double Tolerance => Tile == 2 ? 5e-6 : 1e-5;

    /// <summary>
    /// How often numbers are rounded beside once a channel. 2x2: twice in B^T d B, 4 times in G g G^T, 4 in A^T m A, once for the bias. 4x4: 4, 8 (of which
    /// 2 are the constants'), 6 and 1.
    /// </summary>
    public int TransformRoundings => Tile == 2 ? 11 : 19;

    public static IReadOnlyList<WinogradKernel> Of(int scale) => scale == 1 ? All : Doubling;

    public override string ToString() => Name;

    private static WinogradKernel[] Plain<T>()
        where T : unmanaged, ILanes<T> => [Of<T, WinogradTwo<T>, WinogradTwo<T>>(), Of<T, WinogradFour<T>, WinogradFour<T>>()];

    private static WinogradKernel Doubled<T>()
        where T : unmanaged, ILanes<T> => Of<T, WinogradDoubled<T>, WinogradHalved<T>>();

    private static WinogradKernel Of<T, TThere, TBack>()
        where T : unmanaged, ILanes<T>
        where TThere : IWinogradMaps<T>
        where TBack : IWinogradMaps<T> => new(
            $"{typeof(T).Name}, {typeof(TThere).Name}",
            TThere.Results,
            WinogradConvolution<T, TThere>.Fits,
            (input, weight, bias) => WinogradConvolution<T, TThere>.Apply(input, weight, bias),
            WinogradConvolution<T, TBack>.Adjoint);
}
