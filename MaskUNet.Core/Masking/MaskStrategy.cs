using System.Text.Json.Nodes;
using static TorchSharp.torch;

namespace MaskUNet.Masking;

/// <summary>
/// How the masks of a step are found: none, random, a learned generator, logits optimised by rewards, or a way of your own. One object
/// serves every run, several at once; what a run needs from step to step lies in <see cref="IDenoisingStep.Run"/>.
/// </summary>
public abstract class MaskStrategy
{
    /// <summary>The plain U-Net.</summary>
    public static MaskStrategy None { get; } = new NoMaskStrategy();

    /// <summary>Finds the step's masks and gives the prediction under them.</summary>
    /// <param name="step">The step; gradients are off unless the strategy turns them on.</param>
    /// <returns>What the scheduler steps with, [B, C, H/8, W/8].</returns>
    public abstract Tensor Predict(IDenoisingStep step);

    /// <summary>
    /// The same in units, for strategies that take long: each null lets the runs of other callers take their turn, the tensor ends it.
    /// What lives across a null must be detached from dispose scopes. By default it is <see cref="Predict"/> in one unit.
    /// </summary>
    /// <param name="step">The step.</param>
    public virtual IEnumerable<Tensor?> PredictInUnits(IDenoisingStep step)
    {
        yield return Predict(step);
    }

    /// <summary>
    /// False where the scheduler forgets, before each step, what it knew of the steps before: multistep solvers are then of first order
    /// throughout, as in the released code of reward-guided masks. True by default.
    /// </summary>
    public virtual bool KeepsSolverHistory => true;

    /// <summary>
    /// Looks at what the run has drawn, before it is decoded, and may give another sample instead: the plain one, for instance. In units
    /// like <see cref="PredictInUnits"/>. By default it gives back what it gets.
    /// </summary>
    /// <param name="run">The run.</param>
    public virtual IEnumerable<FinishedSample?> FinishInUnits(IFinishedRun run)
    {
        ArgumentNullException.ThrowIfNull(run);
        yield return new FinishedSample(run.Latents);
    }

    /// <summary>
    /// What it does and with what, for the settings that a picture carries: at least a <c>kind</c>, by default <see cref="object.ToString"/>.
    /// </summary>
    public virtual JsonObject Describe() => new() { [MaskDescriptions.Kind] = ToString() };

    private sealed class NoMaskStrategy : MaskStrategy
    {
        public override JsonObject Describe() => new() { [MaskDescriptions.Kind] = MaskDescriptions.None };

        public override Tensor Predict(IDenoisingStep step) => step.Predict(NoMasks.Instance);
    }
}
