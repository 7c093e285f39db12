using MaskUNet.Masking;
using MaskUNet.UNet;
using static TorchSharp.torch;

namespace MaskUNet.Training;

/// <summary>Trains a <see cref="UNet2DConditionModel"/> by the diffusion loss.</summary>
/// <remarks>The model stays its owner's.</remarks>
public sealed class DiffusionTrainer : Trainer
{
    private readonly UNet2DConditionModel unet;
    private readonly IDiffusionExamples examples;
    private readonly DiffusionObjective objective;

    /// <summary>Prepares a training.</summary>
    /// <param name="unet">The U-Net; float32.</param>
    /// <param name="examples">What it is trained on.</param>
    /// <param name="objective">What it learns to predict.</param>
    /// <param name="options">How to train.</param>
    /// <exception cref="InvalidOptionException">An option is out of range.</exception>
    public DiffusionTrainer(UNet2DConditionModel unet, IDiffusionExamples examples, DiffusionObjective objective, TrainingOptions options)
        : base(options)
    {
        ArgumentNullException.ThrowIfNull(unet);
        ArgumentNullException.ThrowIfNull(examples);
        ArgumentNullException.ThrowIfNull(objective);
        objective.Validate();
        (this.unet, this.examples, this.objective) = (unet, examples, objective);
    }

    /// <inheritdoc/>
    protected override string Name => "the U-Net";

    /// <inheritdoc/>
    protected override IReadOnlyDictionary<string, Tensor> Parameters => unet.Weights;

    /// <inheritdoc/>
    protected override IReadOnlyDictionary<string, string> Settings =>
        new Dictionary<string, string>(objective.Settings, StringComparer.Ordinal) { ["Examples"] = examples.Name };

    /// <inheritdoc/>
    protected override Tensor Loss(TrainingStep step)
    {
        ArgumentNullException.ThrowIfNull(step);
        var batch = examples.Draw(step, objective.CaptionDropout);
        return DiffusionLoss.Of(objective, batch.Latents, step, Predict);

        Tensor Predict(Tensor noisy, Tensor timesteps)
        {
            var features = unet.Encode(new UNetInput(noisy, timesteps, batch.TextStates), NoMasks.Instance);
            return unet.Decode(features, NoMasks.Instance);
        }
    }
}
