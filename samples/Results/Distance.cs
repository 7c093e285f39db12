using System.Runtime.InteropServices;
using MaskUNet.Rewards.Evaluation;
using MaskUNet.Shapes.Train;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Samples.Results;

/// <summary>The FID of rows against scenes, in the features of the small CLIP.</summary>
internal sealed class Distance : IDisposable
{
    private readonly Tensor scenes;

    public Distance(Judge judge)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        scenes = judge.Features(HeldOutScenes.Render(Experiment.Scenes, Experiment.PromptSeed)).DetachFromDisposeScope();
    }

    /// <summary>The distance of a row's pictures.</summary>
    public double Of(Row row)
    {
        using var scope = NewDisposeScope();
        var features = row.Figures.Values.SelectMany(picture => MemoryMarshal.Cast<byte, Half>(picture.Features).ToArray()).Select(value => (float)value).ToArray();
        return FrechetDistance.Of(tensor(features).view(row.Figures.Count, -1), scenes);
    }

    public void Dispose() => scenes.Dispose();
}
