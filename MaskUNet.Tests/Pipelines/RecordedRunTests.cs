using System.Text.Json.Nodes;
using MaskUNet.Images;
using MaskUNet.Latents;
using MaskUNet.Scheduling;
using MaskUNet.Tests.TestSupport;
using MaskUNet.Tests.UNet;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Tests.Pipelines;

[LeavesNoTensors]
public class RecordedRunTests
{
    private const string Area = RecordedPipelines.Area;

    public static IEnumerable<object[]> Runs =>
        from pipeline in RecordedPipelines.Names
        from run in Fixtures.Json(Area, pipeline, "recordings", "runs", "runs.json").AsObject()
        select new object[] { pipeline, run.Key };

    [FixtureTheory(Area)]
    [MemberData(nameof(Runs))]
    public async Task The_latents_of_every_step_and_the_pixels_are_the_recorded_ones(string name, string run)
    {
        var index = Fixtures.Json(Area, name, "recordings", "runs", "runs.json")[run]!;
        var recorded = new RecordedTensors(Area, name, "recordings", "runs", run + ".safetensors");
        using var pipeline = await new MaskUNetBuilder().UseStableDiffusion(Fixtures.Path(Area, name)).UseDdim().BuildAsync();
        var steps = new StepRecorder();

        var result = await pipeline.GenerateAsync(Request(index, name), steps);

        using var scope = NewDisposeScope();
        steps.Timesteps.Should().Equal(index["timesteps"]!.AsArray().Select(t => (double)t!).TakeLast(steps.Timesteps.Count), (a, b) => Math.Abs(a - b) < 1e-3);
        var tolerance = (double)index["noise"]!["latents_rel_tolerance"]!;
        foreach (var latents in recorded.Names.Where(tensor => tensor.StartsWith("latents/", StringComparison.Ordinal)))
        {
            var snapshot = steps.Latents[int.Parse(latents["latents/".Length..])];
            tensor(snapshot.Values.ToArray(), [.. snapshot.Shape]).ShouldMatch(recorded[latents], tolerance, latents);
        }

        CheckPixels(result.Images, recorded["image_uint8"]);
    }

    private static ImageRequest Request(JsonNode index, string pipeline)
    {
        var call = index["call"]!;
        var known = new[] { "prompt", "negative_prompt", "num_inference_steps", "guidance_scale", "guidance_rescale", "eta", "seed", "height", "width", "name", "scheduler", "scheduler_overrides", "clip_skip", "num_images_per_prompt", "image", "strength" };
        call.AsObject().Select(argument => argument.Key).Should().BeSubsetOf(known);
        var seeds = Many(call["seed"]!, seed => (long)seed);
        return new ImageRequest(Many(call["prompt"]!, prompt => (string)prompt!))
        {
            NegativePrompts = call["negative_prompt"] is { } negative ? Many(negative, prompt => (string)prompt!) : [],
            Steps = (int)call["num_inference_steps"]!,
            GuidanceScale = (double)call["guidance_scale"]!,
            GuidanceRescale = (double?)call["guidance_rescale"] ?? 0,
            Eta = (double?)call["eta"] ?? 0,
            Seeds = seeds,
            SharedGenerator = call["seed"] is not JsonArray,
            Height = (int?)call["height"],
            Width = (int?)call["width"],
            ClipSkip = (int?)call["clip_skip"] ?? 0,
            ImagesPerPrompt = (int?)call["num_images_per_prompt"] ?? 1,
            Image = call["image"] is { } image ? InputImage(pipeline, (string)image!) : null,
            Strength = (double?)call["strength"] ?? ImageRequest.DefaultStrength,
            Scheduler = SchedulerFactory.Create(SchedulerConfig.Parse(WithClass(index["scheduler_config"]!, (string)call["scheduler"]!))),
        };
    }

    private static string WithClass(JsonNode config, string className)
    {
        var copy = config.DeepClone().AsObject();
        copy["_class_name"] = className;
        return copy.ToJsonString();
    }

    private static RgbImage InputImage(string pipeline, string tensor)
    {
        using var scope = NewDisposeScope();
        var rgb = new RecordedTensors(Area, pipeline, "recordings", "input_image.safetensors")[tensor];
        return new RgbImage((int)rgb.shape[1], (int)rgb.shape[0], rgb.bytes);
    }

    private static IReadOnlyList<T> Many<T>(JsonNode node, Func<JsonNode, T> read) => node is JsonArray list ? [.. list.Select(item => read(item!))] : [read(node)];

    // The fixtures' rule: at most one level off, in fewer than 0.2 % of the values.
    private static void CheckPixels(IReadOnlyList<GeneratedImage> images, Tensor truth)
    {
        images.Should().HaveCount((int)truth.shape[0]);
        var ours = images.SelectMany(image => image.Image.Pixels.ToArray()).ToArray();
        var theirs = truth.bytes.ToArray();
        ours.Should().HaveSameCount(theirs);
        var differences = ours.Zip(theirs, (a, b) => Math.Abs(a - b)).ToList();
        differences.Max().Should().BeLessThanOrEqualTo(1);
        differences.Count(difference => difference > 0).Should().BeLessThan(Math.Max(1, (int)(0.002 * ours.Length)));
    }

    private sealed class StepRecorder : IProgress<GenerationProgress>
    {
        public List<double> Timesteps { get; } = [];

        public List<LatentSnapshot> Latents { get; } = [];

        public void Report(GenerationProgress value)
        {
            Timesteps.Add(value.Timestep);
            Latents.Add(value.Latents);
        }
    }
}
