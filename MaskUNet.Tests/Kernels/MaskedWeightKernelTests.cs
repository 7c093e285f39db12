using MaskUNet.Kernels;
using MaskUNet.Tests.TestSupport;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Tests.Kernels;

[LeavesNoTensors]
public class MaskedWeightKernelTests
{
    [Theory]
    [InlineData(37, 53, 3)] // neither vectors nor threads come out even
    [InlineData(320, 640, 1)]
    [InlineData(1, 5, 2)]
    public void Each_samples_product_is_the_weight_where_its_mask_is_and_zero_elsewhere(long outer, long inner, long batch)
    {
        using var scope = NewDisposeScope();
        manual_seed(2);
        var weight = randn(outer, inner);
        var mask = rand(batch, outer, inner).gt(0.4);
        var product = MaskedWeightKernel.Apply(weight, mask);
        product.shape.Should().Equal(batch, outer, inner);
        product.eq(weight * mask).all().item<bool>().Should().BeTrue();
        MaskedWeightKernel.Apply(weight, mask[0]).eq(weight * mask[0]).all().item<bool>().Should().BeTrue();
        MaskedWeightKernel.Apply(weight, ones_like(mask[0])).ShouldEqualBitForBit(weight, "a mask of ones");
    }

    [Fact]
    public void Other_types_layouts_and_weights_that_learn_are_multiplied_by_libtorch()
    {
        using var scope = NewDisposeScope();
        using var recording = enable_grad();
        var (weight, mask) = (randn(6, 7), rand(6, 7).gt(0.5));
        MaskedWeightKernel.Apply(weight.to(float64), mask).ShouldEqualBitForBit(weight.to(float64) * mask, "float64");
        MaskedWeightKernel.Apply(weight, mask.to(float32)).ShouldEqualBitForBit(weight * mask, "masks of the weight's type");
        MaskedWeightKernel.Apply(weight.t(), mask.t()).ShouldEqualBitForBit((weight * mask).t().contiguous(), "turned around");
        var learned = randn(6, 7).requires_grad_();
        MaskedWeightKernel.Apply(learned, mask).sum().backward();
        learned.grad!.ShouldEqualBitForBit(mask.to(float32), "the gradient is the mask");
    }
}
