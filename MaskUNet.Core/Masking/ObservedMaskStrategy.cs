using System.Text.Json.Nodes;
using MaskUNet.Latents;
using MaskUNet.UNet;
using static TorchSharp.torch;

namespace MaskUNet.Masking;

/// <summary>Another strategy, whose masks are shown to somebody: <see cref="MaskStatistics"/>, or whoever wants to keep them.</summary>
/// <param name="strategy">The strategy that draws.</param>
/// <param name="observe">
/// Told the step, the layer and its mask just before the layer runs, of every evaluation. The tensor is the strategy's: pack or clone what is
/// kept.
/// </param>
public sealed class ObservedMaskStrategy(MaskStrategy strategy, Action<IDenoisingStep, MaskableLayer, Tensor> observe) : MaskStrategy
{
    /// <inheritdoc/>
    public override Tensor Predict(IDenoisingStep step) => strategy.Predict(new ObservedStep(step, observe));

    /// <inheritdoc/>
    public override IEnumerable<Tensor?> PredictInUnits(IDenoisingStep step) => strategy.PredictInUnits(new ObservedStep(step, observe));

    /// <inheritdoc/>
    public override bool KeepsSolverHistory => strategy.KeepsSolverHistory;

    /// <inheritdoc/>
    public override IEnumerable<FinishedSample?> FinishInUnits(IFinishedRun run) => strategy.FinishInUnits(run);

    /// <inheritdoc/>
    public override JsonObject Describe() => strategy.Describe();

    /// <inheritdoc/>
    public override string? ToString() => strategy.ToString();

    private sealed class ObservedStep(IDenoisingStep step, Action<IDenoisingStep, MaskableLayer, Tensor> observe) : IDenoisingStep
    {
        public int Index => step.Index;

        public int Count => step.Count;

        public double Timestep => step.Timestep;

        public Tensor Latents => step.Latents;

        public IReadOnlyList<string> Prompts => step.Prompts;

        public IReadOnlyList<long> Seeds => step.Seeds;

        public IMaskedUNet UNet => step.UNet;

        public ILatentDecoder Decoder => step.Decoder;

        public MaskRun Run => step.Run;

        public CancellationToken Cancellation => step.Cancellation;

        public Tensor Predict(IMaskGenerator masks) => step.Predict(new ObservedMasks(masks, (layer, mask) => observe(step, layer, mask)));

        public Tensor PredictOriginal(Tensor prediction) => step.PredictOriginal(prediction);

        public Tensor DecodeImage(Tensor original) => step.DecodeImage(original);
    }
}
