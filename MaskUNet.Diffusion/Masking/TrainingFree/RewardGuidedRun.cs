using System.Diagnostics;
using MaskUNet.Rewards;
using MaskUNet.Runtime;
using MaskUNet.UNet;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Masking;

/// <summary>What a reward-guided run keeps from its first step to its last, and how it evaluates.</summary>
internal sealed class RewardGuidedRun : IDisposable
{
    private readonly RewardGuidedOptions options;
    private readonly RewardPictures pictures;
    private readonly IMaskNoise noise;
    private readonly bool? recompute;
    private readonly Stopwatch clock = Stopwatch.StartNew();
    private long evaluations;

    public RewardGuidedRun(RewardGuidedOptions options, RewardSum rewards, IDenoisingStep first)
    {
        this.options = options;
        pictures = new RewardPictures(options.Decoder ?? first.Decoder, options.DecodeSize, rewards);
        // What a full decoding takes and a small one does not is more than the U-Net's decoder half keeps.
        recompute = options.RecomputeUNet ?? (options.Decoder is not null || pictures.Factor(first.Latents) <= 0.5 ? false : null);
        Logits = new MaskLogits(options, first.UNet);
        var seed = options.Seed ?? first.Seeds[0];
        noise = options.Noise == MaskNoiseSource.PyTorch ? PyTorchMaskNoise.After(seed, first.Latents.shape) : new CounterMaskNoise(seed);
    }

    public MaskLogits Logits { get; }

    public bool IsOutOfTime => clock.Elapsed >= options.TimeLimit;

    /// <summary>An iteration (paper, algorithm 1, lines 5 to 11): masks, prediction, picture, rewards, and the logits' update.</summary>
    /// <param name="step">The step.</param>
    /// <param name="iteration">From 1.</param>
    /// <param name="iterations">Of how many.</param>
    /// <param name="candidates">Told what was found.</param>
    public void Optimize(IDenoisingStep step, int iteration, int iterations, StepCandidates candidates)
    {
        using var scope = NewDisposeScope();
        using var recording = enable_grad();
        using var masks = new DecoderCheckpoints(NextMasks(), recompute);
        var prediction = step.Predict(masks);
        masks.ReleaseMemory(); // the peak is in what follows
        var original = step.PredictOriginal(prediction); // line 8: z_0
        var (reports, gradient) = pictures.Differentiate(original.detach(), step.Prompts, step.Cancellation);
        FiniteCheck.Check(gradient, "The rewards' gradient", $"in step {step.Index + 1}, iteration {iteration}", "Check the rewards' checkpoints, or leave out the reward that is at fault.");
        (original * gradient).sum().backward();
        masks.Backward(step.Cancellation);
        Logits.Update();
        candidates.Add(prediction, reports);
        Report(step, iteration, iterations, isUpdated: false, reports);
    }

    /// <summary>The evaluation after a step's last update, without gradients.</summary>
    /// <param name="step">The step.</param>
    /// <param name="iterations">How many iterations came before.</param>
    /// <param name="candidates">Told what was found.</param>
    public void Evaluate(IDenoisingStep step, int iterations, StepCandidates candidates)
    {
        using var scope = NewDisposeScope();
        var prediction = step.Predict(NextMasks());
        var reports = pictures.Score(step.PredictOriginal(prediction), step.Prompts, step.Cancellation);
        candidates.Add(prediction, reports);
        Report(step, iterations, iterations, isUpdated: true, reports);
    }

    public void Dispose()
    {
        Logits.Dispose();
        noise.Dispose();
    }

    private LogitMasks NextMasks() => Logits.Masks(noise, evaluations++);

    private void Report(IDenoisingStep step, int iteration, int iterations, bool isUpdated, IReadOnlyList<RewardReport> reports) =>
        options.Progress?.Report(new(step.Index + 1, step.Count, iteration, iterations, isUpdated, step.Prompts, reports, clock.Elapsed));
}
