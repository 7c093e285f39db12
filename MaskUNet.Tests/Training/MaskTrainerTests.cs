using MaskUNet.Masking;
using MaskUNet.Runtime;
using MaskUNet.Scheduling;
using MaskUNet.Tests.TestSupport;
using MaskUNet.Training;
using MaskUNet.UNet;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Tests.Training;

[LeavesNoTensors]
public sealed class MaskTrainerTests : IDisposable
{
    private static readonly TrainingOptions Options = new() { Steps = 40, BatchSize = 8, LearningRate = 2e-2, Seed = 2 };

    private readonly TemporaryFolder folder = new();

    public MaskTrainerTests() => NativeTorch.EnsureLoaded();

    private static DiffusionObjective Objective => new() { Noise = NoiseSchedule.Create(new DdimSchedulerOptions()), MinSnrGamma = 5 };

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Masks_learn_while_the_U_Net_stays_as_it_is_and_come_to_depend_on_timestep_and_sample()
    {
        using var unet = TinyModels.LiveUNet();
        using var same = TinyModels.LiveUNet();
        using var masks = LearnedMaskModel.Create(unet, logit: 1);
        var (before, lossBefore) = (Spread(masks, unet), LossOf(masks, unet));
        await new MaskTrainer(masks, unet, new TinyModels.Waves(), Objective, Options).RunAsync();

        LossOf(masks, unet).Should().BeLessThan(0.98 * lossBefore);
        var after = Spread(masks, unet);
        after.Timesteps.Should().BeGreaterThan(2 * before.Timesteps, "learned masks depend on the timestep");
        after.Samples.Should().BeGreaterThan(2 * before.Samples, "learned masks depend on the sample");
        foreach (var (name, weight) in same.Weights)
        {
            unet.Weights[name].ShouldEqualBitForBit(weight, name);
            unet.Weights[name].requires_grad.Should().BeFalse();
        }
    }

    [Fact]
    public async Task Metrics_have_the_share_of_kept_weights_and_the_gradients_of_each_masked_block()
    {
        using var unet = TinyModels.LiveUNet();
        using var masks = LearnedMaskModel.Create(unet, logit: 1);
        var block = masks.Layers[0].Block;
        await new MaskTrainer(masks, unet, new TinyModels.Waves(), Objective, Options with { Steps = 3, Folder = folder.Path }).RunAsync();
        var rows = File.ReadAllLines(folder["metrics.csv"]);
        rows.Should().HaveCount(4);
        rows[0].Should().EndWith($",kept {block},gradient_norm {block}");
        var first = rows[1].Split(',').Select(double.Parse).ToList();
        first[^2].Should().BeApproximately(new GumbelSigmoid().KeepProbability(1), 0.02);
        first[^1].Should().BeApproximately(first[3], 1e-6 * first[3], "only one block has masks, so its gradients are all there are");
    }

    [Fact]
    public async Task A_stopped_training_goes_on_to_the_same_bits()
    {
        using var unet = TinyModels.LiveUNet();
        var options = Options with { Steps = 12, Accumulation = 2, EmaDecay = 0.9 };
        using var whole = LearnedMaskModel.Create(unet, logit: 1);
        await Train(whole, options);
        using (var half = LearnedMaskModel.Create(unet, logit: 1))
        {
            await Train(half, options with { Folder = folder.Path, Steps = 5 });
        }

        using var resumed = LearnedMaskModel.Create(unet, logit: 1);
        (await Train(resumed, options with { Folder = folder.Path })).ResumedFrom.Should().Be(5);
        foreach (var (name, weight) in whole.Weights)
        {
            resumed.Weights[name].ShouldEqualBitForBit(weight, name);
        }

        using var other = LearnedMaskModel.Create(unet, new LearnedMaskConfig { UsesSample = false });
        await FluentActions.Awaiting(() => Train(other, options with { Folder = folder.Path })).Should().ThrowAsync<CheckpointException>().WithMessage("*Masks was*UsesSample = True*");

        Task<TrainingResult> Train(LearnedMaskModel masks, TrainingOptions how) => new MaskTrainer(masks, unet, new TinyModels.Waves(), Objective, how).RunAsync();
    }

    [Fact]
    public async Task A_training_does_not_go_on_with_another_U_Net()
    {
        using var unet = TinyModels.LiveUNet();
        using var other = TinyModels.LiveUNet(seed: 3);
        using var masks = LearnedMaskModel.Create(unet, logit: 1);
        await Train(unet, steps: 2);
        await FluentActions.Awaiting(() => Train(other, steps: 3)).Should().ThrowAsync<CheckpointException>().WithMessage("*UNet was * and is *another folder*");
        (await Train(unet, steps: 3)).ResumedFrom.Should().Be(2);

        Task<TrainingResult> Train(UNet2DConditionModel with, long steps) =>
            new MaskTrainer(masks, with, new TinyModels.Waves(), Objective, Options with { Folder = folder.Path, Steps = steps }).RunAsync();
    }

    [Fact]
    public void Masks_of_another_U_Net_are_refused()
    {
        using var unet = TinyModels.LiveUNet();
        using var wide = new UNet2DConditionModel(TinyModels.UNetConfig with { BlockOutChannels = [16, 16] }, new MaskUNet.Checkpoints.MetaWeights());
        using var masks = LearnedMaskModel.Create(unet);
        FluentActions.Invoking(() => new MaskTrainer(masks, wide, new TinyModels.Waves(), Objective)).Should().Throw<InvalidOptionException>().WithMessage("*for another U-Net*");
        MaskTrainer.Defaults.Should().BeEquivalentTo(new { LearningRate = 1e-5, WeightDecay = 1e-2 });
    }

    // On the same examples, noise and masks' noise each time.
    private static double LossOf(LearnedMaskModel masks, UNet2DConditionModel unet)
    {
        using var scope = NewDisposeScope();
        using var without = no_grad();
        using var step = new TrainingStep(new TrainingOptions { BatchSize = 64, Seed = 77 }, 0, 0);
        using var noise = new CounterMaskNoise(5);
        var batch = new TinyModels.Waves().Draw(step, 0);
        return DiffusionLoss.Of(Objective, batch.Latents, step, Predict).item<float>();

        Tensor Predict(Tensor noisy, Tensor timesteps) => unet.Decode(
            unet.Encode(new UNetInput(noisy, timesteps, batch.TextStates), NoMasks.Instance), masks.Masks(new GumbelSigmoid(), noise, 0));
    }

    // By how much a layer's logits differ between timesteps and between samples, on average.
    private static (double Timesteps, double Samples) Spread(LearnedMaskModel masks, UNet2DConditionModel unet)
    {
        using var scope = NewDisposeScope();
        using var without = no_grad();
        using var generator = new Generator(1, CPU);
        var sample = randn([2, 4, 8, 8], generator: generator);
        var (early, late) = (Logits(900), Logits(20));
        return ((early - late).abs().mean().item<float>(), (early[0] - early[1]).abs().mean().item<float>());

        Tensor Logits(long timestep)
        {
            var features = unet.Encode(new UNetInput(sample, tensor([timestep]), ones(2, 5, TinyModels.TextWidth)), NoMasks.Instance);
            var layer = masks.Layers[0];
            var z = masks.Generate(masks.Layout.NumberOf(layer.Block), features.Hidden, features.Skips[^1], features.TimeEmbedding);
            return masks.AdapterOf(layer)!.Logits(z);
        }
    }
}
