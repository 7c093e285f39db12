using MaskUNet.Runtime;
using MaskUNet.Scheduling;
using MaskUNet.Tests.TestSupport;
using MaskUNet.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Tests.Training;

[LeavesNoTensors]
public sealed class DiffusionLossTests
{
    private static readonly TrainingOptions Options = new() { BatchSize = 64, Seed = 4 };

    public DiffusionLossTests() => NativeTorch.EnsureLoaded();

    private static NoiseSchedule Noise => NoiseSchedule.Create(new DdimSchedulerOptions());

    [Theory]
    [InlineData(PredictionType.Epsilon)]
    [InlineData(PredictionType.VPrediction)]
    [InlineData(PredictionType.Sample)]
    public void A_model_that_knows_the_clean_latents_has_no_loss(PredictionType prediction)
    {
        var objective = new DiffusionObjective { Noise = Noise, Prediction = prediction, MinSnrGamma = 5 };
        Loss(objective, known: 1).Should().BeLessThan(1e-8);
    }

    [Theory]
    [InlineData(5.0)]
    [InlineData(null)]
    public void With_min_SNR_or_debiased_weights_an_error_of_the_sample_costs_the_same_whatever_is_predicted(double? gamma)
    {
        var losses = Enum.GetValues<PredictionType>()
            .Select(prediction => Loss(new DiffusionObjective { Noise = Noise, Prediction = prediction, MinSnrGamma = gamma, Debiased = gamma is null }, known: 0.7)).ToList();
        losses.Should().OnlyContain(loss => Math.Abs(loss - losses[0]) < 1e-4 * losses[0]);
        losses[0].Should().BeGreaterThan(0.01);
    }

    [Fact]
    public void Debiased_weights_are_the_root_of_the_signal_to_noise_ratio()
    {
        var objective = new DiffusionObjective { Noise = Noise, Prediction = PredictionType.Sample, Debiased = true };
        var mean = Enumerable.Range(0, Noise.AlphasCumprod.Count).Average(t => Math.Sqrt(Noise.AlphasCumprod[t] / (1 - Noise.AlphasCumprod[t])));

        // Of latents of variance 1 a tenth is unknown, so the error is 0.01 at every timestep.
        Enumerable.Range(0, 20).Average(seed => Loss(objective, known: 0.9, seed)).Should().BeApproximately(0.01 * mean, 0.002 * mean);
    }

    [Fact]
    public void Without_weights_the_loss_is_the_mean_squared_error_of_the_noise()
    {
        using var scope = NewDisposeScope();
        using var step = new TrainingStep(Options, 0, 0);
        var latents = ones(Options.BatchSize, 4, 8, 8);
        var objective = new DiffusionObjective { Noise = Noise };

        // The prediction is zero, so the loss is the variance of the noise.
        DiffusionLoss.Of(objective, latents, step, (noisy, _) => zeros_like(noisy)).item<float>().Should().BeApproximately(1, 0.05f);
    }

    [Fact]
    public void Objectives_out_of_range_are_named()
    {
        var validate = new DiffusionObjective { Noise = Noise, MinSnrGamma = 0, Debiased = true, CaptionDropout = 2, Prediction = (PredictionType)9 }.Validate;
        validate.Should().Throw<InvalidOptionException>().WithMessage("*MinSnrGamma*").WithMessage("*Debiased*").WithMessage("*CaptionDropout*").WithMessage("*Prediction*");
    }

    /// <summary>The loss of a model that takes the clean latents to be a multiple of what they are.</summary>
    private static double Loss(DiffusionObjective objective, double known, long number = 0)
    {
        using var scope = NewDisposeScope();
        using var step = new TrainingStep(Options, number, 0);
        using var generator = new Generator(1, CPU);
        var latents = randn([Options.BatchSize, 4, 8, 8], generator: generator);
        return DiffusionLoss.Of(objective, latents, step, Predict).item<float>();

        Tensor Predict(Tensor noisy, Tensor timesteps)
        {
            var alphas = tensor(timesteps.data<long>().Select(t => (float)objective.Noise.AlphasCumprod[(int)t]).ToArray()).reshape(-1, 1, 1, 1);
            var (sample, signal, sigma) = (latents * known, alphas.sqrt(), (1 - alphas).sqrt());
            var noise = (noisy - (signal * sample)) / sigma;
            return objective.Prediction switch
            {
                PredictionType.Epsilon => noise,
                PredictionType.VPrediction => (signal * noise) - (sigma * sample),
                _ => sample,
            };
        }
    }
}
