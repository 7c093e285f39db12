using System.Text.Json.Nodes;
using MaskUNet.Rewards;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Masking;

/// <summary>
/// Masks without training (paper, section 3.3 and algorithm 1): at each step a logit a weight is optimised so that the picture which the
/// step promises pleases the rewards. One mask for the whole batch and both guidance halves.
/// </summary>
/// <remarks>
/// <para>Safe to use in several runs at once. Only the logits get gradients; the encoder half of the U-Net runs once a step, and the decoder
/// of the autoencoder is computed again, a stage at a time, on the way back. Each iteration is a unit: other callers take their turns
/// between them, and cancelling is answered within one.</para>
/// <para>The rewards, and the decoder of the options, belong to it and are disposed with it; a pipeline that it was built into does so.</para>
/// </remarks>
public sealed class RewardGuidedMasks : MaskStrategy, IDisposable
{
    private readonly RewardSum rewards;
    private readonly RewardGuidedOptions options;

    /// <summary>Creates the strategy.</summary>
    /// <param name="rewards">What the pictures shall please; it now belongs to the strategy.</param>
    /// <param name="options">How; the paper's values with our corrections by default.</param>
    /// <exception cref="InvalidOptionException">Options are out of range; the message names them all.</exception>
    public RewardGuidedMasks(RewardSum rewards, RewardGuidedOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(rewards);
        options ??= new();
        options.Validate();
        (this.rewards, this.options) = (rewards, options);
    }

    /// <inheritdoc/>
    public override bool KeepsSolverHistory => options.Mode != RewardGuidedMode.Released;

    /// <inheritdoc/>
    public override Tensor Predict(IDenoisingStep step) => PredictInUnits(step).OfType<Tensor>().First();

    /// <inheritdoc/>
    public override IEnumerable<Tensor?> PredictInUnits(IDenoisingStep step)
    {
        ArgumentNullException.ThrowIfNull(step);
        var run = step.Run.Keep(this, () => new RewardGuidedRun(options, rewards, step));
        var iterations = run.IsOutOfTime ? 0 : options.Iterations.At(step.Index, step.Count);
        if (iterations == 0)
        {
            yield return step.Predict(NoMasks.Instance);
            yield break;
        }

        if (options.ResetEachStep)
        {
            run.Logits.Reset();
        }

        using var candidates = new StepCandidates(options.KeepBest);
        for (var iteration = 1; iteration <= iterations && !(iteration > 1 && run.IsOutOfTime) && !candidates.Reach(options.TargetReward); iteration++)
        {
            run.Optimize(step, iteration, iterations, candidates);
            yield return null;
        }

        if (options.Mode == RewardGuidedMode.Corrected && !(options.KeepBest && candidates.Reach(options.TargetReward)))
        {
            run.Evaluate(step, iterations, candidates);
        }

        yield return candidates.Take();
    }

    /// <inheritdoc/>
    public override IEnumerable<FinishedSample?> FinishInUnits(IFinishedRun run)
    {
        ArgumentNullException.ThrowIfNull(run);
        if (options.Plain == PlainComparison.None)
        {
            yield return new FinishedSample(run.Latents) { Warnings = rewards.Warnings(run.Prompts) };
            yield break;
        }

        Tensor? plain = null;
        foreach (var unit in run.DrawPlainInUnits())
        {
            plain = unit;
            yield return null;
        }

        var comparisons = new List<RewardComparison>();
        for (var i = 0; i < run.Prompts.Count; i++)
        {
            comparisons.Add(Compare(run, plain!, i));
            yield return null;
        }

        var chosen = comparisons.Select((comparison, i) => (comparison.KeptPlain ? plain! : run.Latents).narrow(0, i, 1));
        yield return new FinishedSample(cat([.. chosen])) { Comparisons = comparisons, Warnings = rewards.Warnings(run.Prompts) };
    }

    /// <inheritdoc/>
    public override JsonObject Describe() => new()
    {
        [MaskDescriptions.Kind] = "reward-guided",
        ["mode"] = options.Mode.ToString(),
        ["rewards"] = new JsonArray([.. rewards.Rewards.Select(reward => JsonNode.Parse(new JsonObject
        {
            ["name"] = reward.Model.Name,
            ["weight"] = reward.Weight,
            ["loss"] = reward.UsedLoss.ToString(),
        }.ToJsonString()))]),
        ["iterations"] = options.Iterations.ToString(),
        ["keepBest"] = options.KeepBest,
        ["plain"] = options.Plain.ToString(),
        ["targets"] = options.Targets.ToString(),
        ["initialLogit"] = options.InitialLogit,
        ["resetEachStep"] = options.ResetEachStep,
        ["learningRate"] = options.LearningRate,
        ["weightDecay"] = options.WeightDecay,
        ["noise"] = options.Noise.ToString(),
        ["seed"] = options.Seed,
        ["decoder"] = options.Decoder?.GetType().Name,
        ["decodeSize"] = options.DecodeSize,
        ["targetReward"] = options.TargetReward,
        ["timeLimit"] = options.TimeLimit?.ToString(),
    };

    /// <summary>What it does, for reports.</summary>
    public override string ToString() =>
        $"masks guided by {string.Join(", ", rewards.Rewards.Select(reward => reward.Model.Name))} ({options.Mode}, iterations {options.Iterations})";

    /// <summary>Disposes the rewards and the decoder of the options.</summary>
    public void Dispose()
    {
        rewards.Dispose();
        options.Decoder?.Dispose();
    }

    // A picture at a time, as they are decoded in the end, and as bytes, as they are saved.
    private RewardComparison Compare(IFinishedRun run, Tensor plain, int index)
    {
        var guided = Score(run.Latents);
        var without = Score(plain);
        return new(guided, without, options.Plain == PlainComparison.KeepBetter && without.IsBetterThan(guided));

        RewardReport Score(Tensor latents)
        {
            run.Cancellation.ThrowIfCancellationRequested();
            return rewards.Score([run.DecodePicture(latents, index)], [run.Prompts[index]])[0];
        }
    }
}
