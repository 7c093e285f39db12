using MaskUNet.Checkpoints;
using MaskUNet.Images;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Rewards.Clip;

/// <summary>LAION's aesthetic score: how beautiful people find a picture, about 1 to 10, from the features of OpenAI's CLIP ViT-L/14. Prompts do not count.</summary>
/// <remarks>See <see cref="RewardModel"/> for threads and lifetime.</remarks>
public sealed class AestheticScore : RewardModel
{
    private static readonly PublishedModel Published = new(
        "the aesthetic predictor",
        "sac+logos+ava1-l14-linearMSE.pth",
        "https://github.com/christophschuhmann/improved-aesthetic-predictor",
        [CheckpointKind.Aesthetic]);

    private readonly ClipModel clip;
    private readonly AestheticHead head;
    private readonly ClipPreprocessing preprocessing;

    /// <summary>Makes the reward.</summary>
    /// <param name="clip">The model, which is taken over: frozen, and freed with this.</param>
    /// <param name="head">The predictor's weights, <c>layers.0.weight</c> and so on; needed only during the call.</param>
    /// <exception cref="CheckpointException">The weights do not fit the model.</exception>
    public AestheticScore(ClipModel clip, IWeightSource head)
    {
        ArgumentNullException.ThrowIfNull(clip);
        ArgumentNullException.ThrowIfNull(head);
        this.clip = clip;
        this.head = new AestheticHead(head, clip.Config.ProjectionSize, clip.LogitScale.dtype, clip.LogitScale.device);
        preprocessing = new ClipPreprocessing(clip.Config.Vision.ImageSize);
        Freeze([.. clip.Weights.Values, .. this.head.Weights]);
    }

    /// <summary>Loads the published predictor and its CLIP.</summary>
    /// <param name="path">The predictor, <c>sac+logos+ava1-l14-linearMSE.pth</c>.</param>
    /// <param name="clip">OpenAI's CLIP ViT-L/14: a folder or a file, see <see cref="ClipScore.Load"/>.</param>
    /// <param name="dataType">The type to compute in.</param>
    /// <param name="device">The device to compute on; the CPU by default.</param>
    /// <exception cref="CheckpointException">A file is missing, damaged or of another model; the message says what was found, what is expected and where it is published.</exception>
    public static AestheticScore Load(string path, string clip, ScalarType dataType = ScalarType.Float32, Device? device = null)
    {
        ArgumentNullException.ThrowIfNull(clip);
        var file = Published.Find(path, "sac+logos+ava1-l14-linearMSE.pth");
        var model = PublishedClip.Load(PublishedClip.Clip, clip, config: null, dataType, device);
        try
        {
            return Published.Read(file, weights => new AestheticScore(model, weights));
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public override string Name => "Aesthetic score";

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        head.Dispose();
        clip.Dispose();
    }

    private protected override Tensor Preprocess(Tensor images) => preprocessing.Apply(images);

    private protected override Tensor Preprocess(RgbImage image) => preprocessing.Apply(image);

    private protected override Tensor ScorePixels(Tensor pixels, IReadOnlyList<string> prompts)
    {
        using var scope = NewDisposeScope();
        return head.Forward(clip.ImageFeatures(pixels)).MoveToOuterDisposeScope();
    }

    private protected override string Dropped(string prompt) => "";
}
