using System.Text.Json.Nodes;
using MaskUNet.Checkpoints;
using MaskUNet.Latents;
using MaskUNet.Masking;
using MaskUNet.Prompting;
using MaskUNet.Scheduling;
using MaskUNet.Tests.TestSupport;
using MaskUNet.UNet;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Tests.Masking.TrainingFree;

/// <summary>A recorded training-free run of the area <c>masks</c>: its settings, its models, and what they must give.</summary>
internal sealed class RecordedTrainingFree(string name)
{
    private const string Area = RecordedMaskModel.Area;

    public static IEnumerable<string> Names => Fixtures.Has(Area)
        ? Directory.GetFiles(Fixtures.Path(Area), "training-free*.json").Select(file => Path.GetFileNameWithoutExtension(file)).Order()
        : [];

    public JsonNode Index { get; } = Fixtures.Json(Area, name + ".json");

    public RecordedTensors Tensors { get; } = new(Area, name + ".safetensors");

    public double Tolerance => (double)Index["float32_error"]!["tolerance"]!;

    public bool IsCorrected => Evaluations.Any(evaluation => (bool?)evaluation["accepted"] == true);

    public IReadOnlyList<JsonNode> Evaluations => [.. Index["evaluation"]!.AsArray().Select(evaluation => evaluation!)];

    public RewardGuidedOptions Options => (IsCorrected ? new() { Noise = MaskNoiseSource.PyTorch, KeepBest = false, Plain = PlainComparison.None } : RewardGuidedOptions.Released) with
    {
        Iterations = IterationSchedule.Of("recorded", (step, _) => (int)Index["iterations"]![step < (int)Index["iterations"]!["before_step"]! ? "first" : "then"]!),
        InitialLogit = (double)Index["initial_logit"]!,
        LearningRate = (double)Index["lr"]!,
        WeightDecay = (double)Index["weight_decay"]!,
        GumbelSigmoid = new() { Temperature = (double)Index["tau"]!, Threshold = (double)Index["threshold"]! },
    };

    /// <summary>The fixtures' name of a layer.</summary>
    public static string NameOf(MaskableLayer layer) => layer.Name["up_blocks.".Length..].Replace('.', '_');

    /// <summary>The pipeline of the recording, in float64, with the U-Net wrapped by a test.</summary>
    public StableDiffusionPipeline Pipeline(Func<IMaskedUNet, IMaskedUNet> wrap, MaskStrategy masks)
    {
        var scheduler = SchedulerFactory.Create(
            SchedulerKind.DpmSolverMultistep,
            SchedulerConfig.Parse(Fixtures.Json(Area, "model", "scheduler", "scheduler_config.json").ToJsonString()),
            SchedulerConfig.Parse("""{ "algorithm_type": "dpmsolver++" }"""));
        using var latents = Tensors["initial_latents"];
        return new(new RecordedPrompts(Tensors), wrap(RecordedMaskModel.UNet(ScalarType.Float64)), Vae(), scheduler, masks, (int)latents.shape[^1]);
    }

    public static AutoencoderKL Vae(ScalarType dataType = ScalarType.Float64) => new(
        AutoencoderKLConfig.Parse(Fixtures.Json(Area, "model", "vae", "config.json").AsObject(), Area),
        new RecordedWeights(Area, "model", "vae", "diffusion_pytorch_model.safetensors"),
        dataType);

    public ImageRequest Request => new("recorded")
    {
        Seed = (long)Index["seed"]!,
        Steps = (int)Index["steps"]!,
        GuidanceScale = (double)Index["guidance"]!,
    };

    /// <summary>What was stored of a tensor: all of it, or every 7919th element of the flat one, counted around.</summary>
    public Tensor Sampled(Tensor whole, string tensor)
    {
        using var scope = NewDisposeScope();
        if (Index["sampled"]?[tensor] is not { } sample)
        {
            return whole.alias().MoveToOuterDisposeScope();
        }

        whole.shape.Should().Equal(sample["shape"]!.AsArray().Select(size => (long)size!));
        var flat = whole.detach().flatten();
        var indices = (arange((long)sample["count"]!, int64) * 7919).remainder(flat.numel());
        flat.sum().item<double>().Should().BeApproximately((double)sample["sum"]!, 1e-4 * Math.Sqrt(flat.numel()) * Math.Max(1e-12, flat.abs().max().item<double>()), tensor);
        flat.norm().item<double>().Should().BeApproximately((double)sample["norm"]!, 1e-4 * (double)sample["norm"]!, tensor);
        return flat.index_select(0, indices).MoveToOuterDisposeScope();
    }

    private sealed class RecordedPrompts(RecordedTensors tensors) : ITextEncoder
    {
        private int calls;

        // The pipeline asks for the prompt's embedding first and for the negative one's then.
        public TextEmbedding Encode(IReadOnlyList<string> prompts, int clipSkip = 0) =>
            new(tensors["prompt"].narrow(0, calls++ == 0 ? 1 : 0, 1).to(float64), [""]);

        public void Dispose()
        {
        }
    }
}
