using MaskUNet.Shapes.Judging;
using MaskUNet.Shapes.Prompts;
using MaskUNet.Shapes.Scenes;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Shapes.TrainRewards;

/// <summary>
/// What the oracle reads at each patch of a picture: the shape, colour and texture of the object that is there, if it accepts one. To name them is
/// much more to learn from a picture than which of two is better, and where objects are what a text has to look at.
/// </summary>
internal sealed class PatchReading : IDisposable
{
    private const int NoShape = 8; // the oracle finds nothing there
    private const int Unknown = -1;
    private static readonly int[] Choices = [NoShape + 1, Enum.GetValues<ShapeColor>().Length, Enum.GetValues<ShapeTexture>().Length];

    private readonly int side;

    /// <param name="width">Of what is read off.</param>
    /// <param name="side">Patches along a picture's side.</param>
    public PatchReading(int width, int side)
    {
        this.side = side;
        Weight = zeros(Choices.Sum(), width).requires_grad_();
        Bias = zeros(Choices.Sum()).requires_grad_();
    }

    /// <summary>What reads, [choices, D].</summary>
    public Tensor Weight { get; }

    /// <summary>Its bias, [choices].</summary>
    public Tensor Bias { get; }

    /// <summary>How badly it is read off: the cross-entropies of shape, colour and texture.</summary>
    /// <param name="patches">[pictures, patches, D].</param>
    /// <param name="pictures">What they show.</param>
    public Tensor Loss(Tensor patches, IReadOnlyList<SeenPicture> pictures)
    {
        var read = nn.functional.linear(patches.flatten(0, 1), Weight, Bias).split([.. Choices.Select(count => (long)count)], 1);
        var targets = tensor(pictures.SelectMany(picture => Targets(picture.Readings)).ToArray(), [patches.shape[0] * patches.shape[1], Choices.Length], dtype: ScalarType.Int64);
        return Enumerable.Range(0, Choices.Length).Select(i => nn.functional.cross_entropy(read[i], targets.select(1, i), ignore_index: Unknown))
            .Aggregate((sum, one) => sum + one);
    }

    public void Dispose()
    {
        Weight.Dispose();
        Bias.Dispose();
    }

    /// <summary>Of each patch, row after row, the numbers of shape, colour and texture; <see cref="Unknown"/> where there is none to name.</summary>
    public IEnumerable<long> Targets(IReadOnlyList<ObjectReading> readings)
    {
        var size = (double)Scene.Size / side;
        for (var row = 0; row < side; row++)
        {
            for (var column = 0; column < side; column++)
            {
                var (x, y) = ((column + 0.5) * size, (row + 0.5) * size);
                var there = readings.FirstOrDefault(one => Math.Abs(x - one.Box.CentreX) < one.Box.Width / 2 && Math.Abs(y - one.Box.CentreY) < one.Box.Height / 2);
                yield return there is null ? NoShape : (long)there.Shape;
                yield return (long?)there?.Color ?? Unknown;
                yield return (long?)there?.Texture ?? Unknown;
            }
        }
    }
}
