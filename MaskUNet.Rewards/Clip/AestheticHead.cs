using MaskUNet.Checkpoints;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Rewards.Clip;

/// <summary>LAION's aesthetic predictor (<c>sac+logos+ava1-l14-linearMSE.pth</c>): CLIP's features of a picture to a mark.</summary>
internal sealed class AestheticHead : IDisposable
{
    private readonly ModelWeights weights;
    private readonly RewardHead head;

    /// <summary>Builds it.</summary>
    /// <param name="source">The weights, <c>layers.0.weight</c> and so on.</param>
    /// <param name="width">P, the width of the features.</param>
    /// <param name="dataType">The type to compute in.</param>
    /// <param name="device">The device to compute on; the CPU by default.</param>
    /// <exception cref="CheckpointException">The weights do not fit.</exception>
    public AestheticHead(IWeightSource source, int width, ScalarType dataType = ScalarType.Float32, Device? device = null)
    {
        weights = new ModelWeights(source, dataType, device);
        head = new RewardHead(weights.Root, width);
        weights.Complete("the aesthetic predictor");
    }

    public IEnumerable<Tensor> Weights => weights.Tensors.Values;

    /// <summary>Features to marks.</summary>
    /// <param name="features">[B, P], of any length: only their direction counts.</param>
    /// <returns>[B].</returns>
    public Tensor Forward(Tensor features)
    {
        using var scope = NewDisposeScope();
        return head.Forward(ClipFeatures.Unit(features)).MoveToOuterDisposeScope();
    }

    public void Dispose() => weights.Dispose();
}
