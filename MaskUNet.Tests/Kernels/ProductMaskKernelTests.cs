using MaskUNet.Kernels;
using MaskUNet.Masking;
using MaskUNet.Tests.TestSupport;
using static TorchSharp.torch;

namespace MaskUNet.Tests.Kernels;

[LeavesNoTensors]
public class ProductMaskKernelTests
{
    private const ulong Key = 7;

    [Theory]
    [InlineData(301, 334, 40, 2)]
    [InlineData(67, 10, 33, 1)]
    [InlineData(140, 2, 5, 1)]
    [InlineData(1280, 640, 480, 2)]
    public void Masks_of_a_product_are_those_of_its_logits(long rows, long columns, long length, double logit)
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        var (left, right, bias) = (randn(rows, length) * (0.5 / length), randn(columns, length), (rand(columns) * 0.1) + logit);
        var logits = nn.functional.linear(left, right, bias);
        var doubts = new GumbelSigmoid().Doubt(logits.amin(1));
        doubts.mean().item<float>().Should().BeInRange(1e-4f, 0.2f, "or few logits would be left out, or none asked for");
        var expected = empty([2, rows, columns], ScalarType.Bool);
        HardMaskKernel.Fill(logits, 0, Key, expected[1], 0);
        var drawn = zeros([2, rows, columns], ScalarType.Bool);
        var apart = cat([zeros_like(left), left], 1).narrow(1, length, length); // rows as those of one sample among several
        ProductMaskKernel.Fill(apart, right, bias, doubts.data<float>().ToArray(), 0, Key, drawn, rows * columns);
        drawn[1].ne(expected[1]).sum().item<long>().Should().BeLessThan(2, "only rounding at the bound may differ");
        expected[1].all().item<bool>().Should().BeFalse("or nothing is shown");
        drawn[0].any().item<bool>().Should().BeFalse("the other sample's masks are not touched");
    }

    [Fact]
    public void Rows_without_doubt_keep_everything_whatever_their_logits()
    {
        using var scope = NewDisposeScope();
        var drawn = zeros([2, 300], ScalarType.Bool);
        ProductMaskKernel.Fill(zeros(2, 4), zeros(300, 4), full(300, -100f), [0, 1], 0, Key, drawn, 0);
        drawn[0].all().item<bool>().Should().BeTrue();
        drawn[1].any().item<bool>().Should().BeFalse();
    }
}
