using System.Globalization;
using MaskUNet.Latents;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Training;

/// <summary>Trains an <see cref="AutoencoderKL"/> to give pictures back.</summary>
/// <remarks>The model stays its owner's. The metrics have <c>psnr</c> (dB, of the batch's mean squared error) and <c>divergence</c>.</remarks>
public sealed class AutoencoderTrainer : Trainer
{
    private readonly AutoencoderKL model;
    private readonly PictureReader pictures;
    private readonly AutoencoderObjective objective;

    /// <summary>Prepares a training.</summary>
    /// <param name="model">The autoencoder; float32.</param>
    /// <param name="pictures">The pictures; their captions do not matter. All of one size, a multiple of the model's downscale factor.</param>
    /// <param name="options">How to train.</param>
    /// <param name="objective">What to minimise; the defaults of <see cref="AutoencoderObjective"/> if null.</param>
    /// <exception cref="InvalidOptionException">An option is out of range.</exception>
    public AutoencoderTrainer(AutoencoderKL model, PictureReader pictures, TrainingOptions options, AutoencoderObjective? objective = null)
        : base(options)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(pictures);
        (this.model, this.pictures, this.objective) = (model, pictures, objective ?? new AutoencoderObjective());
        this.objective.Validate();
    }

    /// <inheritdoc/>
    protected override string Name => "the autoencoder";

    /// <inheritdoc/>
    protected override IReadOnlyDictionary<string, Tensor> Parameters => model.Weights;

    /// <inheritdoc/>
    protected override IReadOnlyDictionary<string, string> Settings => objective.Weights
        .Select(weight => (weight.Name, Value: weight.Value.ToString(CultureInfo.InvariantCulture)))
        .Append(("Pictures", pictures.Dataset.Name))
        .ToDictionary(setting => setting.Item1, setting => setting.Item2, StringComparer.Ordinal);

    /// <inheritdoc/>
    protected override Tensor Loss(TrainingStep step)
    {
        ArgumentNullException.ThrowIfNull(step);
        var images = pictures.Read(step.FirstExample, step.BatchSize).ToTensor();
        var posterior = model.Encode(images);
        var reconstruction = model.Decode(posterior.Sample(step.Noise));
        var error = reconstruction - images.to(reconstruction.device);
        var squared = error.square().mean();
        var divergence = (posterior.Mean.square() + posterior.LogVariance.exp() - 1 - posterior.LogVariance).mean() / 2;
        var loss = objective.DivergenceWeight * divergence;
        loss = objective.AbsoluteWeight == 0 ? loss : loss + (objective.AbsoluteWeight * error.abs().mean());
        loss = objective.SquaredWeight == 0 ? loss : loss + (objective.SquaredWeight * squared);
        loss = objective.EdgeWeight == 0 ? loss : loss + (objective.EdgeWeight * Edges(error));
        step.Report("psnr", 10 * Math.Log10(4 / squared.item<float>()));
        step.Report("divergence", divergence.item<float>());
        return loss;
    }

    private static Tensor Edges(Tensor error)
    {
        var across = error.narrow(3, 1, error.shape[3] - 1) - error.narrow(3, 0, error.shape[3] - 1);
        var down = error.narrow(2, 1, error.shape[2] - 1) - error.narrow(2, 0, error.shape[2] - 1);
        return (across.abs().mean() + down.abs().mean()) / 2;
    }
}
