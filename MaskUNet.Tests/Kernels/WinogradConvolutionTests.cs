using MaskUNet.Kernels;
using MaskUNet.Runtime;
using MaskUNet.Tests.TestSupport;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Tests.Kernels;

/// <summary>Against the plain convolution in float64; its transforms add up numbers where the plain one adds none, hence a few roundings more.</summary>
[LeavesNoTensors]
public sealed class WinogradConvolutionTests
{
    private const double UnitRoundoff = 1.0 / (1 << 24);

    public WinogradConvolutionTests() => NativeTorch.EnsureLoaded();

    [VectorTheory]
    [InlineData(1, 16, 64, 8, 8)]
    [InlineData(2, 32, 128, 9, 15)]
    [InlineData(3, 48, 64, 33, 7)]
    [InlineData(1, 320, 64, 64, 1)]
    [InlineData(1, 16, 192, 1, 70)]
    [InlineData(2, 640, 320, 16, 16)]
    public void It_is_the_convolution(long batch, long inner, long outer, long height, long width)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        var (input, weight, bias) = Case(batch, inner, outer, height, width);
        foreach (var kernel in WinogradKernel.All)
        {
            kernel.Fits(input, weight).Should().BeTrue();
            kernel.Apply(input, weight, bias).ShouldMatch(Plain(input, weight, bias), kernel.Tolerance, $"convolution, {kernel}");
            kernel.Apply(input, weight, null).ShouldMatch(Plain(input, weight, null), kernel.Tolerance, $"convolution without bias, {kernel}");
        }
    }

    [VectorTheory]
    [InlineData(1, 16, 64, 4, 4)]
    [InlineData(2, 32, 128, 9, 5)]
    [InlineData(1, 64, 64, 1, 40)]
    public void It_is_the_convolution_of_doubled_pixels(long batch, long inner, long outer, long height, long width)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        var (input, weight, bias) = Case(batch, inner, outer, height, width);
        var doubled = nn.functional.interpolate(input, scale_factor: [2, 2], mode: InterpolationMode.Nearest);

        foreach (var kernel in WinogradKernel.Doubling)
        {
            kernel.Apply(input, weight, bias).ShouldMatch(Plain(doubled, weight, bias), kernel.Tolerance, $"upsampling convolution, {kernel}");
        }
    }

    [VectorTheory]
    [InlineData(1, 16, 64, 8, 8)]
    [InlineData(2, 48, 64, 13, 11)]
    [InlineData(1, 656, 64, 9, 9)]
    public void No_error_is_above_the_bound_of_theory(long batch, long inner, long outer, long height, long width)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        var (input, weight, bias) = Case(batch, inner, outer, height, width);

        foreach (var kernel in WinogradKernel.All)
        {
            var bounds = (inner + kernel.TransformRoundings) * UnitRoundoff * Magnitudes(kernel.Tile, input, weight, bias);
            var errors = (kernel.Apply(input, weight, bias).to(float64) - Plain(input, weight, bias)).abs();

            errors.le(bounds).all().item<bool>().Should().BeTrue($"{(errors / bounds).max().item<double>():E1} of the bound, {kernel}");
        }
    }

    [VectorTheory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_picture_has_the_same_bits_alone_and_in_a_batch_on_one_thread_and_on_several(int scale) =>
        HasTheSameBits(scale, kernel => (input, weight, bias) => kernel.Apply(input, weight, bias), 37, 21);

    [VectorTheory]
    [InlineData(1)]
    [InlineData(2)]
    public void So_has_a_gradient(int scale) => HasTheSameBits(scale, kernel => (gradient, weight, _) => kernel.Adjoint(gradient, weight), 38, 22);

    private static void HasTheSameBits(int scale, Func<WinogradKernel, Func<Tensor, Tensor, Tensor, Tensor>> choose, long height, long width)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        var (input, weight, bias) = Case(3, 64, 64, height, width);
        var threads = get_num_threads();
        try
        {
            foreach (var kernel in WinogradKernel.Of(scale))
            {
                var convolve = choose(kernel);
                set_num_threads(threads);
                var together = convolve(input, weight, bias);
                set_num_threads(1);
                for (var i = 0; i < 3; i++)
                {
                    convolve(input.narrow(0, i, 1), weight, bias).ShouldEqualBitForBit(together.narrow(0, i, 1), $"picture {i}, {kernel}");
                }
            }
        }
        finally
        {
            set_num_threads(threads);
        }
    }

    [VectorTheory]
    [InlineData(true)]
    [InlineData(false)]
    public void The_layout_of_input_and_weight_does_not_matter(bool channelsLast)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        var (input, weight, bias) = Case(2, 16, 64, 12, 10);
        var (otherInput, otherWeight) = channelsLast ? (ConvolutionKernel.ChannelsLast(input), ConvolutionKernel.ChannelsLast(weight)) : (input, weight);
        foreach (var kernel in WinogradKernel.All)
        {
            kernel.Apply(otherInput, otherWeight, bias).ShouldEqualBitForBit(kernel.Apply(input, weight, bias), kernel.Name);
        }
    }

    [VectorTheory]
    [InlineData(16, 64)]
    public void Shapes_and_types_that_it_does_not_suit_go_the_plain_way(long inner, long outer)
    {
        using var scope = NewDisposeScope();
        var (input, weight, _) = Case(1, inner, outer, 16, 16);
        foreach (var kernel in WinogradKernel.All)
        {
            kernel.Fits(input, weight).Should().BeTrue();
            kernel.Fits(input.to(float64), weight.to(float64)).Should().BeFalse();
            kernel.Fits(input, zeros(outer, inner, 1, 1)).Should().BeFalse();
            kernel.Fits(input, zeros(outer - 4, inner, 3, 3)).Should().BeFalse();
            kernel.Fits(zeros(1, 3, 16, 16), zeros(outer, 3, 3, 3)).Should().BeFalse();
            kernel.Fits(zeros(1, inner, 4, 4), weight).Should().BeFalse();
        }
    }

    /// <summary>What the same sums come to without any sign, to which a running error of as many roundings is relative (Higham 2002, section 3.1).</summary>
    private static Tensor Magnitudes(int tile, Tensor input, Tensor weight, Tensor bias)
    {
        var (pixelMap, weightMap, resultMap) = tile == 2 ? MapsOfTwo() : MapsOfFour();
        var (height, width) = (input.shape[2], input.shape[3]);
        var (rows, columns) = (Whole(height), Whole(width));
        var tiles = nn.functional.pad(input.to(float64).abs(), [1, 1 + columns - width, 1, 1 + rows - height]).unfold(2, tile + 2, tile).unfold(3, tile + 2, tile);
        var pixels = einsum("ip,bcyxpq,jq->bcyxij", pixelMap, tiles, pixelMap);
        var weights = einsum("ip,ocpq,jq->ocij", weightMap, weight.to(float64).abs(), weightMap);
        var results = einsum("ri,boyxij,sj->boyrxs", resultMap, einsum("bcyxij,ocij->boyxij", pixels, weights), resultMap);
        return results.reshape(input.shape[0], -1, rows, columns).narrow(2, 0, height).narrow(3, 0, width) + bias.to(float64).abs().view(1, -1, 1, 1);

        long Whole(long size) => (size + tile - 1) / tile * tile;
    }

    private static (Tensor Pixels, Tensor Weights, Tensor Results) MapsOfTwo() => (
        tensor(new double[,] { { 1, 0, 1, 0 }, { 0, 1, 1, 0 }, { 0, 1, 1, 0 }, { 0, 1, 0, 1 } }),
        tensor(new[,] { { 1, 0, 0 }, { 0.5, 0.5, 0.5 }, { 0.5, 0.5, 0.5 }, { 0, 0, 1 } }),
        tensor(new double[,] { { 1, 1, 1, 0 }, { 0, 1, 1, 1 } }));

    /// <summary>Without signs, of the points 0, a, -a, b, -b and infinity.</summary>
    private static (Tensor Pixels, Tensor Weights, Tensor Results) MapsOfFour()
    {
        const double A = 5.0 / 8, B = 3.0 / 2, A2 = A * A, B2 = B * B, Scale = 2 * (B2 - A2);
        return (
            tensor(new[,] { { A2 * B2, 0, A2 + B2, 0, 1, 0 }, { 0, A * B2, B2, A, 1, 0 }, { 0, A * B2, B2, A, 1, 0 }, { 0, A2 * B, A2, B, 1, 0 }, { 0, A2 * B, A2, B, 1, 0 }, { 0, A2 * B2, 0, A2 + B2, 0, 1 } }),
            tensor(new[,] { { 1 / (A2 * B2), 0, 0 }, { 1 / (A2 * Scale), A / (A2 * Scale), 1 / Scale }, { 1 / (A2 * Scale), A / (A2 * Scale), 1 / Scale }, { 1 / (B2 * Scale), B / (B2 * Scale), 1 / Scale }, { 1 / (B2 * Scale), B / (B2 * Scale), 1 / Scale }, { 0, 0, 1 } }),
            tensor(new[,] { { 1, 1, 1, 1, 1, 0 }, { 0, A, A, B, B, 0 }, { 0, A2, A2, B2, B2, 0 }, { 0, A2 * A, A2 * A, B2 * B, B2 * B, 1 } }));
    }

    private static Tensor Plain(Tensor input, Tensor weight, Tensor? bias)
    {
        using var truth = bias?.to(float64);
        return nn.functional.conv2d(input.to(float64), weight.to(float64), truth, padding: [1, 1]);
    }

    private static (Tensor Input, Tensor Weight, Tensor Bias) Case(long batch, long inner, long outer, long height, long width)
    {
        using var generator = new Generator(3, CPU);
        return (
            randn([batch, inner, height, width], float32, generator: generator),
            randn([outer, inner, 3, 3], float32, generator: generator) / Math.Sqrt(9 * inner),
            randn([outer], float32, generator: generator));
    }
}
