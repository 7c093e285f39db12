using MaskUNet.Kernels;
using MaskUNet.Tests.TestSupport;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Tests.Kernels;

/// <summary>Each kernel's fast ways against the textbook's, in float64.</summary>
public class KernelTests
{
    private const double Float32Tolerance = 5e-6;

    /// <summary>Whether SiLU follows, channels, batch, height, width.</summary>
    public static TheoryData<bool, long, long, long, long> LargePictures { get; } = new()
    {
        { false, 8, 1, 257, 256 },
        { true, 8, 2, 300, 219 },
        { true, 40, 2, 83, 91 },
        { true, 12, 2, 300, 219 }, // channels that fill no vectors
        { false, 12, 1, 257, 256 },
    };

    [Theory]
    [InlineData(1, 1100, 1024, 2, 4)]
    [InlineData(2, 130, 77, 3, 40)]
    [InlineData(2, 64, 65, 1, 8)]
    [InlineData(1, 5, 4, 2, 12)]
    [InlineData(1, 70, 3, 2, 12)]
    [InlineData(1, 70, 128, 2, 5)]
    public void Attention_in_the_cache_is_attention(long batch, long queries, long keys, int heads, long width)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        var (q, k, v) = (Noise(1, batch, queries, heads * width) * 5, Noise(2, batch, keys, heads * width), Noise(3, batch, keys, heads * width));

        var ours = AttentionKernel.Apply(q, k, v, heads);

        ours.ShouldMatch(AttentionKernel.Apply(q.to(float64), k.to(float64), v.to(float64), heads), Float32Tolerance, "attention");
    }

    [Fact]
    public void Attention_does_not_hide_what_is_no_number()
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        var (q, k, v) = (Noise(1, 1, 70, 8), Noise(2, 1, 70, 8), Noise(3, 1, 70, 8));
        k[0, 66, 1] = float.NaN;

        AttentionKernel.Apply(q, k, v, heads: 1).isnan().all().item<bool>().Should().BeTrue();
    }

    [Theory]
    [MemberData(nameof(LargePictures))]
    public void Group_norm_in_strips_is_group_norm(bool silu, long channels, long batch, long height, long width)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        var input = ConvolutionKernel.ChannelsLast(Noise(1, batch, channels, height, width) + (3 * Noise(2, 1, channels, 1, 1)));
        var (weight, bias) = (Noise(3, channels), Noise(4, channels));

        var ours = GroupNormKernel.Apply(input, 4, weight, bias, 1e-6, silu);

        var truth = nn.functional.group_norm(input.to(float64), 4, weight.to(float64), bias.to(float64), 1e-6);
        ours.ShouldMatch(silu ? truth * truth.sigmoid() : truth, 1e-6, "group norm");
    }

    [Theory]
    [InlineData(false, 16)]
    [InlineData(true, 16)]
    [InlineData(false, 257)]
    [InlineData(true, 257)]
    public void Group_norm_leaves_nothing_but_its_result(bool silu, long size)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        var (input, weight, bias) = (Noise(1, 1, 8, size, size), Noise(3, 8), Noise(4, 8));
        var before = DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount;

        using (GroupNormKernel.Apply(input, 4, weight, bias, 1e-6, silu))
        {
            DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount.Should().Be(before + 1);
        }

        DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount.Should().Be(before, "what it leaves would hold a picture's memory");
    }

    [VectorFact]
    public void A_large_group_norm_is_the_same_on_any_number_of_threads()
    {
        using var scope = NewDisposeScope();
        var input = ConvolutionKernel.ChannelsLast(Noise(1, 2, 40, 83, 91));
        var (weight, bias, above) = (Noise(3, 40), Noise(4, 40), Noise(5, 2, 40, 83, 91));
        var ((alone, gradient), (together, other)) = (TorchThreads.Run(1, Run), TorchThreads.Run(3, Run));
        together.ShouldEqualBitForBit(alone, "output");
        other.ShouldEqualBitForBit(gradient, "gradient");

        (Tensor Output, Tensor Gradient) Run()
        {
            var leaf = input.detach().clone().requires_grad_();
            var output = GroupNormKernel.Apply(leaf, 4, weight, bias, 1e-6, silu: true);
            (output * above).sum().backward();
            return (output.detach(), leaf.grad!);
        }
    }

    [Fact]
    public void A_large_group_norm_does_not_hide_what_is_no_number()
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        var input = ConvolutionKernel.ChannelsLast(Noise(1, 1, 40, 83, 91));
        input[0, 3, 50, 50] = float.NaN;

        var groups = GroupNormKernel.Apply(input, 4, Noise(3, 40), Noise(4, 40), 1e-6, silu: true).reshape(4, -1).isnan();

        groups.all(1).data<bool>().ToArray().Should().Equal(true, false, false, false);
    }

    [Fact]
    public void Each_parameter_of_a_large_group_norm_gets_its_gradient()
    {
        using var scope = NewDisposeScope();
        var (input, weight, bias) = (Noise(1, 1, 8, 257, 256), Noise(3, 8), Noise(4, 8));
        foreach (var parameter in (Tensor[])[input, weight, bias])
        {
            parameter.requires_grad_();
            GroupNormKernel.Apply(input, 4, weight, bias, 1e-6, silu: true).square().sum().backward();
            parameter.grad!.abs().sum().item<float>().Should().BeGreaterThan(0);
            parameter.requires_grad_(false);
        }
    }

    [Theory]
    [MemberData(nameof(LargePictures))]
    public void A_large_group_norm_with_frozen_parameters_has_the_gradient_of_one(bool silu, long channels, long batch, long height, long width)
    {
        using var scope = NewDisposeScope();
        var input = ConvolutionKernel.ChannelsLast(Noise(1, batch, channels, height, width) + (3 * Noise(2, 1, channels, 1, 1)));
        var (weight, bias, above) = (Noise(3, channels), Noise(4, channels), Noise(5, batch, channels, height, width) + 1);
        var (ours, truth) = (input.clone().requires_grad_(), input.to(float64).requires_grad_());

        (GroupNormKernel.Apply(ours, 4, weight, bias, 1e-6, silu) * above).sum().backward();

        var normalised = nn.functional.group_norm(truth, 4, weight.to(float64), bias.to(float64), 1e-6);
        ((silu ? normalised * normalised.sigmoid() : normalised) * above).sum().backward();
        ours.grad!.ShouldMatch(truth.grad!, 1e-6, "gradient");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_gradient_of_a_large_group_norm_has_a_gradient(bool silu)
    {
        using var scope = NewDisposeScope();
        var (weight, bias) = (Noise(3, 8), Noise(4, 8));
        var (ours, truth) = (Noise(1, 1, 8, 257, 256).requires_grad_(), Noise(1, 1, 8, 257, 256).to(float64).requires_grad_());

        SecondDerivative.Of(ours, GroupNormKernel.Apply(ours, 4, weight, bias, 1e-6, silu)).ShouldMatch(
            SecondDerivative.Of(truth, GroupNormKernel.Apply(truth, 4, weight.to(float64), bias.to(float64), 1e-6, silu)), 1e-4, "second derivative");
    }

    [Fact]
    public void Gradients_are_recorded_where_the_thread_does_and_a_tensor_has_them()
    {
        using var scope = NewDisposeScope();
        var (plain, leaf) = (zeros(1), zeros(1).requires_grad_());
        Gradients.AreRecorded(plain, null, leaf).Should().BeTrue();
        Gradients.AreRecorded(plain, null).Should().BeFalse();
        using var quiet = no_grad();
        Gradients.AreRecorded(leaf).Should().BeFalse();
    }

    [Theory]
    [InlineData(ScalarType.Float16, 20, 1)]
    [InlineData(ScalarType.Float16, 0, 300)]
    [InlineData(ScalarType.BFloat16, 300, 1)]
    public void Group_norm_in_strips_of_half_precision_is_as_exact_as_its_type(ScalarType type, double mean, double deviation)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        var input = ConvolutionKernel.ChannelsLast((Noise(1, 1, 8, 257, 256) * deviation) + mean).to(type);
        var (weight, bias) = (Noise(3, 8).to(type), Noise(4, 8).to(type));

        var ours = GroupNormKernel.Apply(input, 4, weight, bias, 1e-6, silu: false);

        var truth = nn.functional.group_norm(input.to(float64), 4, weight.to(float64), bias.to(float64), 1e-6);
        ours.dtype.Should().Be(type);
        ours.ShouldMatch(truth, type == ScalarType.Float16 ? 1e-3 : 8e-3, "group norm"); // a rounding of the result
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(5, 8)]
    [InlineData(13, 11)]
    public void Upsampling_and_convolving_at_once_is_doing_both(long height, long width)
    {
        using var scope = NewDisposeScope();
        var (input, weight, bias) = (Noise(1, 2, 3, height, width), Noise(2, 5, 3, 3, 3).requires_grad_(), Noise(3, 5));
        var direction = Noise(4, 2, 5, 2 * height, 2 * width);

        var (ours, gradient) = Run(weight, UpsampleConvolutionKernel.Apply);
        var (truth, trueGradient) = Run(weight, (x, w, b) => nn.functional.conv2d(
            nn.functional.interpolate(x, scale_factor: [2, 2], mode: InterpolationMode.Nearest), w, b, padding: [1, 1]));

        ours.ShouldMatch(truth, Float32Tolerance, "output");
        gradient.ShouldMatch(trueGradient, Float32Tolerance, "gradient");

        (Tensor Output, Tensor Gradient) Run(Tensor parameter, Func<Tensor, Tensor, Tensor, Tensor> layer)
        {
            var leaf = parameter.detach().clone().requires_grad_();
            var output = layer(input, leaf, bias);
            (output * direction).sum().backward();
            return (output, leaf.grad!);
        }
    }

    private static Tensor Noise(int seed, params long[] shape) => randn(shape, generator: new Generator((ulong)seed, CPU));
}
