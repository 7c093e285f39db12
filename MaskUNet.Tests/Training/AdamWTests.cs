using MaskUNet.Runtime;
using MaskUNet.Tests.TestSupport;
using MaskUNet.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Tests.Training;

[LeavesNoTensors]
public sealed class AdamWTests
{
    private static readonly TrainingOptions Options = new() { LearningRate = 0.01, WeightDecay = 0.1, Beta1 = 0.8, Beta2 = 0.95, Epsilon = 1e-6 };

    public AdamWTests() => NativeTorch.EnsureLoaded();

    [Fact]
    public void Steps_are_those_of_the_algorithm_computed_in_double_precision()
    {
        using var scope = NewDisposeScope();
        using var parameter = tensor(new[] { 1f, -2f, 0.5f });
        var parameters = new Dictionary<string, Tensor> { ["p"] = parameter };
        using var optimizer = new AdamW(parameters, Options);
        double[] expected = [1, -2, 0.5];
        var (first, second) = (new double[3], new double[3]);
        for (var step = 1; step <= 5; step++)
        {
            double[] gradient = [0.3 * step, -0.1, 2.0 / step];
            optimizer.Step(new Dictionary<string, Tensor> { ["p"] = tensor(gradient, dtype: ScalarType.Float32) }, step, Options.LearningRate);
            for (var i = 0; i < 3; i++)
            {
                first[i] = (0.8 * first[i]) + (0.2 * gradient[i]);
                second[i] = (0.95 * second[i]) + (0.05 * gradient[i] * gradient[i]);
                var (m, v) = (first[i] / (1 - Math.Pow(0.8, step)), second[i] / (1 - Math.Pow(0.95, step)));
                expected[i] -= 0.01 * ((m / (Math.Sqrt(v) + 1e-6)) + (0.1 * expected[i]));
            }
        }

        parameter.data<float>().ToArray().Zip(expected).Should().OnlyContain(pair => Math.Abs(pair.First - pair.Second) < 1e-6);
    }

    [Fact]
    public void Steps_of_many_numbers_are_those_of_libtorch_s_operators()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(1, CPU);
        long[] shape = [301, 333]; // several stretches, and no whole number of vectors
        var start = randn(shape, generator: generator);
        var (parameter, operators) = (start.clone(), start.to(float64)); // float64 is left to libtorch
        using var optimizer = new AdamW(new Dictionary<string, Tensor> { ["p"] = parameter }, Options);
        using var truth = new AdamW(new Dictionary<string, Tensor> { ["p"] = operators }, Options);
        for (var step = 1; step <= 3; step++)
        {
            var gradient = randn(shape, generator: generator);
            optimizer.Step(new Dictionary<string, Tensor> { ["p"] = gradient }, step, Options.LearningRate);
            truth.Step(new Dictionary<string, Tensor> { ["p"] = gradient.to(float64) }, step, Options.LearningRate);
        }

        parameter.ShouldMatch(operators, 2e-7, "parameter");
        optimizer.FirstMoments["p"].ShouldMatch(truth.FirstMoments["p"], 2e-7, "first moment");
        optimizer.SecondMoments["p"].ShouldMatch(truth.SecondMoments["p"], 2e-7, "second moment");
    }

    [Fact]
    public void Gradients_are_clipped_all_together()
    {
        using var scope = NewDisposeScope();
        var gradients = new Dictionary<string, Tensor> { ["a"] = tensor(new[] { 3f, 0f }), ["b"] = tensor(new[] { 4f }) };
        ParameterGradients.Clip(gradients, most: 1, step: 1).Should().BeApproximately(5, 1e-6);
        gradients["a"].data<float>().ToArray()[0].Should().BeApproximately(0.6f, 1e-6f);
        gradients["b"].data<float>().ToArray()[0].Should().BeApproximately(0.8f, 1e-6f);
        ParameterGradients.Clip(gradients, most: 2, step: 1).Should().BeApproximately(1, 1e-6);
        gradients["a"].data<float>().ToArray()[0].Should().BeApproximately(0.6f, 1e-6f, "smaller ones are left alone");
    }

    [Fact]
    public void Gradients_that_are_no_numbers_are_refused()
    {
        using var scope = NewDisposeScope();
        var clip = () => ParameterGradients.Clip(new Dictionary<string, Tensor> { ["a"] = tensor(new[] { float.PositiveInfinity }) }, most: 1, step: 7);
        clip.Should().Throw<NumericalException>().WithMessage("*step 7*");
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(5, 0.5)]
    [InlineData(10, 1)]
    [InlineData(60, 0.5)]
    [InlineData(110, 0)]
    public void The_learning_rate_warms_up_and_falls_along_a_cosine(long step, double expected)
    {
        var options = new TrainingOptions { Steps = 110, WarmupSteps = 10, LearningRate = 1, Decay = LearningRateDecay.Cosine };
        LearningRate.At(options, step).Should().BeApproximately(expected, 1e-12);
    }

    [Fact]
    public void The_mean_weights_follow_the_weights_fast_at_first_and_slowly_later()
    {
        using var weight = zeros(1);
        using var average = new WeightAverage(new Dictionary<string, Tensor> { ["w"] = weight }, 0.99);
        var expected = 0.0;
        for (var step = 1; step <= 3; step++)
        {
            weight.fill_(step);
            average.Update(step);
            var decay = (1.0 + step) / (10 + step);
            expected = (decay * expected) + ((1 - decay) * step);
        }

        average.Means["w"].item<float>().Should().BeApproximately((float)expected, 1e-6f);
    }
}
