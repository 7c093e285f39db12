using MaskUNet.Kernels;
using MaskUNet.Runtime;
using MaskUNet.Tests.TestSupport;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Tests.Kernels;

/// <summary>Against the plain convolution in float64; its transforms add up four numbers where the plain one adds none, hence a few roundings more.</summary>
[LeavesNoTensors]
public sealed class WinogradConvolutionTests
{
    private const double Float32Tolerance = 5e-6;
    private const double UnitRoundoff = 1.0 / (1 << 24);

    // Beside one a channel: 2 in B^T d B, 4 in G g G^T, 4 in A^T m A, 1 for the bias.
    private const int TransformRoundings = 11;

    public WinogradConvolutionTests() => NativeTorch.EnsureLoaded();

    [WideVectorTheory]
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
        WinogradConvolution.Fits(input, weight).Should().BeTrue();

        WinogradConvolution.Apply(input, weight, bias).ShouldMatch(Plain(input, weight, bias), Float32Tolerance, "convolution");
        WinogradConvolution.Apply(input, weight, null).ShouldMatch(Plain(input, weight, null), Float32Tolerance, "convolution without bias");
    }

    [WideVectorTheory]
    [InlineData(1, 16, 64, 4, 4)]
    [InlineData(2, 32, 128, 9, 5)]
    [InlineData(1, 64, 64, 1, 40)]
    public void It_is_the_convolution_of_doubled_pixels(long batch, long inner, long outer, long height, long width)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        var (input, weight, bias) = Case(batch, inner, outer, height, width);
        var doubled = nn.functional.interpolate(input, scale_factor: [2, 2], mode: InterpolationMode.Nearest);

        WinogradConvolution.Apply(input, weight, bias, scale: 2).ShouldMatch(Plain(doubled, weight, bias), Float32Tolerance, "upsampling convolution");
    }

    [WideVectorTheory]
    [InlineData(1, 16, 64, 8, 8)]
    [InlineData(2, 48, 64, 13, 11)]
    [InlineData(1, 656, 64, 9, 9)]
    public void No_error_is_above_the_bound_of_theory(long batch, long inner, long outer, long height, long width)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        var (input, weight, bias) = Case(batch, inner, outer, height, width);

        var errors = (WinogradConvolution.Apply(input, weight, bias).to(float64) - Plain(input, weight, bias)).abs();

        var bounds = (inner + TransformRoundings) * UnitRoundoff * Magnitudes(input, weight, bias);
        errors.le(bounds).all().item<bool>().Should().BeTrue($"{(errors / bounds).max().item<double>():E1} of the bound");
    }

    [WideVectorTheory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_picture_has_the_same_bits_alone_and_in_a_batch_on_one_thread_and_on_several(int scale) =>
        HasTheSameBits((input, weight, bias) => WinogradConvolution.Apply(input, weight, bias, scale), 37, 21);

    [WideVectorTheory]
    [InlineData(1)]
    [InlineData(2)]
    public void So_has_a_gradient(int scale) => HasTheSameBits((gradient, weight, _) => WinogradConvolution.Adjoint(gradient, weight, scale), 38, 22);

    private static void HasTheSameBits(Func<Tensor, Tensor, Tensor, Tensor> convolve, long height, long width)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        var (input, weight, bias) = Case(3, 64, 64, height, width);
        var threads = get_num_threads();
        try
        {
            var together = convolve(input, weight, bias);
            set_num_threads(1);
            for (var i = 0; i < 3; i++)
            {
                convolve(input.narrow(0, i, 1), weight, bias).ShouldEqualBitForBit(together.narrow(0, i, 1), $"picture {i}");
            }
        }
        finally
        {
            set_num_threads(threads);
        }
    }

    [WideVectorTheory]
    [InlineData(true)]
    [InlineData(false)]
    public void The_layout_of_input_and_weight_does_not_matter(bool channelsLast)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        var (input, weight, bias) = Case(2, 16, 64, 12, 10);
        var expected = WinogradConvolution.Apply(input, weight, bias);
        if (channelsLast)
        {
            (input, weight) = (ConvolutionKernel.ChannelsLast(input), ConvolutionKernel.ChannelsLast(weight));
        }

        WinogradConvolution.Apply(input, weight, bias).equal(expected).all().item<bool>().Should().BeTrue();
    }

    [Fact]
    public void Shapes_and_types_that_it_does_not_suit_go_the_plain_way()
    {
        using var scope = NewDisposeScope();
        var (input, weight, _) = Case(1, 16, 64, 16, 16);
        WinogradConvolution.Fits(input.to(float64), weight.to(float64)).Should().BeFalse();
        WinogradConvolution.Fits(input, zeros(64, 16, 1, 1)).Should().BeFalse();
        WinogradConvolution.Fits(input, zeros(60, 16, 3, 3)).Should().BeFalse();
        WinogradConvolution.Fits(zeros(1, 3, 16, 16), zeros(64, 3, 3, 3)).Should().BeFalse();
        WinogradConvolution.Fits(zeros(1, 16, 4, 4), weight).Should().BeFalse();
    }

    /// <summary>What the same sums come to without any sign, to which a running error of as many roundings is relative (Higham 2002, section 3.1).</summary>
    private static Tensor Magnitudes(Tensor input, Tensor weight, Tensor bias)
    {
        var pixelMap = tensor(new double[,] { { 1, 0, 1, 0 }, { 0, 1, 1, 0 }, { 0, 1, 1, 0 }, { 0, 1, 0, 1 } });
        var weightMap = tensor(new[,] { { 1, 0, 0 }, { 0.5, 0.5, 0.5 }, { 0.5, 0.5, 0.5 }, { 0, 0, 1 } });
        var resultMap = tensor(new double[,] { { 1, 1, 1, 0 }, { 0, 1, 1, 1 } });
        var (height, width) = (input.shape[2], input.shape[3]);
        var tiles = nn.functional.pad(input.to(float64).abs(), [1, 1 + (width % 2), 1, 1 + (height % 2)]).unfold(2, 4, 2).unfold(3, 4, 2);
        var pixels = einsum("ip,bcyxpq,jq->bcyxij", pixelMap, tiles, pixelMap);
        var weights = einsum("ip,ocpq,jq->ocij", weightMap, weight.to(float64).abs(), weightMap);
        var results = einsum("ri,boyxij,sj->boyrxs", resultMap, einsum("bcyxij,ocij->boyxij", pixels, weights), resultMap);
        var (rows, columns) = (height + (height % 2), width + (width % 2));
        return results.reshape(input.shape[0], -1, rows, columns).narrow(2, 0, height).narrow(3, 0, width) + bias.to(float64).abs().view(1, -1, 1, 1);
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
