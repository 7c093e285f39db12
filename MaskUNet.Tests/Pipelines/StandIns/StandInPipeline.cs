using MaskUNet.Masking;
using MaskUNet.Scheduling;
using static TorchSharp.torch;

namespace MaskUNet.Tests.Pipelines.StandIns;

/// <summary>The real pipeline around models that do next to nothing.</summary>
internal static class StandInPipeline
{
    public static ImageRequest Request { get; } = new("a bench") { Seed = 1, Steps = 5, GuidanceScale = 1 };

    public static StableDiffusionPipeline Create(
        Func<int, Tensor, Tensor>? predict = null, Func<Tensor, Tensor>? decode = null, MaskStrategy? masks = null) =>
        new(new StandInTextEncoder(), new StandInUNet(predict), new StandInDecoder(decode), new DdimScheduler(), masks, sampleSize: 2);
}
