using MaskUNet.Images;
using MaskUNet.Latents;
using MaskUNet.Masking;
using MaskUNet.Runtime;
using MaskUNet.Scheduling;
using MaskUNet.UNet;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet;

/// <summary>A step of a Stable Diffusion run: guidance around the masked U-Net, with the encoder half evaluated once a step.</summary>
internal sealed class GuidedStep : IDenoisingStep, IDisposable
{
    private readonly StableDiffusionPipeline pipeline;
    private readonly ImageRequest request;
    private readonly IDiffusionScheduler scheduler;
    private readonly SchedulerState state;
    private readonly Tensor text;
    private readonly int evaluation;
    private UNetFeatures? features;

    public GuidedStep(
        StableDiffusionPipeline pipeline, ImageRequest request, IDiffusionScheduler scheduler, SchedulerState state, int firstEvaluation, Tensor text, Tensor latents,
        IReadOnlyList<string> prompts, MaskRun run, CancellationToken cancellation)
    {
        (this.pipeline, this.request, this.scheduler, this.state, this.text) = (pipeline, request, scheduler, state, text);
        evaluation = state.Index - firstEvaluation;
        (Latents, Prompts, Run, Cancellation) = (latents, prompts, run, cancellation);
        Count = state.Schedule.Timesteps.Count - firstEvaluation;
    }

    public int Index => evaluation;

    public int Count { get; }

    public double Timestep => state.Timestep;

    public Tensor Latents { get; }

    public IReadOnlyList<string> Prompts { get; }

    public IReadOnlyList<long> Seeds => request.Seeds!;

    public IMaskedUNet UNet => pipeline.UNet;

    public ILatentDecoder Decoder => pipeline.Decoder;

    public MaskRun Run { get; }

    public CancellationToken Cancellation { get; }

    private bool IsGuided => request.GuidanceScale > 1;

    public Tensor Predict(IMaskGenerator masks)
    {
        ArgumentNullException.ThrowIfNull(masks);
        using var scope = NewDisposeScope();
        var prediction = UNet.Decode(masks.MasksEncoder ? UNet.Encode(Input(), masks) : Features(), masks);
        var guided = IsGuided ? Guidance.Apply(prediction, request.GuidanceScale, request.GuidanceRescale) : prediction;
        FiniteCheck.Check(
            guided,
            "The U-Net",
            Invariant($"in step {Index + 1} of {Count} (timestep {Timestep:g6})"),
            "Lower the guidance scale or the mask ratio, and check that the checkpoint is whole.");
        return guided.MoveToOuterDisposeScope();
    }

    public Tensor PredictOriginal(Tensor prediction) => scheduler.PredictOriginal(state, prediction, Latents);

    public Tensor DecodeImage(Tensor original)
    {
        using var scope = NewDisposeScope();
        return UnitPixels.Of(pipeline.Decoder.Decode(original / pipeline.Decoder.ScalingFactor)).MoveToOuterDisposeScope();
    }

    public void Dispose()
    {
        foreach (var tensor in features?.Tensors ?? [])
        {
            tensor.Dispose();
        }
    }

    private UNetFeatures Features()
    {
        if (features is null)
        {
            using var frozen = no_grad();
            using var scope = NewDisposeScope();
            features = UNet.Encode(Input(), NoMasks.Instance);
            foreach (var tensor in features.Tensors)
            {
                tensor.DetachFromDisposeScope();
            }
        }

        return features;
    }

    private UNetInput Input()
    {
        var sample = scheduler.ScaleModelInput(state, Latents);
        return new UNetInput(
            IsGuided ? cat([sample, sample]) : sample,
            tensor([Timestep], float32, UNet.Device),
            text);
    }

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
