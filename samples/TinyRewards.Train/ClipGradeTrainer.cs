using MaskUNet.Prompting.Clip;
using MaskUNet.Rewards.Clip;
using MaskUNet.Shapes.Train;
using MaskUNet.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Shapes.TrainRewards;

/// <summary>
/// Trains a CLIP on the oracle's grades: of a batch's pictures and captions each is scored with each, and of any two pictures for a caption, as of
/// any two captions of a family for a picture, the one with the higher grade is to score higher (-log sigmoid of the difference). Of pictures also those of other
/// families are compared, which are easier but many; both kinds weigh the same.
/// </summary>
internal sealed class ClipGradeTrainer : Trainer, IDisposable
{
    private const double MostLogitScale = 100; // as the original

    private readonly ClipModel model;
    private readonly ClipTokenizer tokenizer;
    private readonly IFamilies families;
    private readonly PatchReading reading;

    public ClipGradeTrainer(ClipModel model, ClipTokenizer tokenizer, IFamilies families, TrainingOptions options)
        : base(options)
    {
        (this.model, this.tokenizer, this.families) = (model, tokenizer, families);
        var vision = model.Config.Vision;
        reading = new PatchReading(vision.HiddenSize, vision.ImageSize / vision.PatchSize);
        Parameters = model.Weights.Append(new("readout.weight", reading.Weight)).Append(new("readout.bias", reading.Bias)).ToDictionary();
    }

    /// <inheritdoc/>
    protected override string Name => "CLIP by grades";

    /// <inheritdoc/>
    protected override IReadOnlyDictionary<string, Tensor> Parameters { get; }

    /// <inheritdoc/>
    protected override IReadOnlyDictionary<string, string> Settings => new Dictionary<string, string> { ["Families"] = families.Name };

    public void Dispose() => reading.Dispose();

    /// <inheritdoc/>
    protected override Tensor Loss(TrainingStep step)
    {
        var batch = new Family[step.BatchSize];
        Parallel.For(0, batch.Length, i => batch[i] = families[step.FirstExample + i]);
        List<SeenPicture> pictures = [.. batch.SelectMany(family => family.Pictures)];
        List<string> captions = [.. batch.SelectMany(family => family.Captions)];
        var grades = tensor(Family.Grades(pictures, captions), [pictures.Count, captions.Count]);
        var kin = Numbers(batch, family => family.Pictures.Count).unsqueeze(1).eq(Numbers(batch, family => family.Captions.Count));
        var states = model.ReadPictures(ClipPixels.Normalize(cat([.. pictures.Select(picture => picture.Picture.ToUnitTensor())])));
        var images = nn.functional.normalize(states.select(1, 0).matmul(model.Weights["visual_projection.weight"].t()), dim: 1);
        var scores = images.matmul(ClipFigures.Texts(model, tokenizer, captions).t()) * model.LogitScale.clamp_max(Math.Log(MostLogitScale)).exp();
        var (near, beyond) = (GradeRanking.Of(scores.t(), grades.t(), kin.t()), GradeRanking.Of(scores.t(), grades.t(), kin.t(), beyond: true));
        step.Report("agreement", near.Agreement);
        step.Report("agreement beyond families", beyond.Agreement);
        var read = reading.Loss(states.narrow(1, 1, states.shape[1] - 1), pictures);
        step.Report("reading", read.item<float>());
        return near.Loss + beyond.Loss + GradeRanking.Of(scores, grades, kin).Loss + read;
    }

    private static Tensor Numbers(Family[] batch, Func<Family, int> members) =>
        tensor(batch.SelectMany((family, number) => Enumerable.Repeat((long)number, members(family))).ToArray());
}
