using MaskUNet.Images;
using MaskUNet.Latents;
using MaskUNet.Masking;
using MaskUNet.Scheduling;
using MaskUNet.Tests.Pipelines.StandIns;
using MaskUNet.Tests.TestSupport;
using static TorchSharp.torch;

namespace MaskUNet.Tests.Pipelines;

[LeavesNoTensors]
public class RestoredRequestTests
{
    private static readonly ImageRequest Full = new("a bench – größer")
    {
        NegativePrompt = "blurry",
        Seed = 1234567890123,
        Steps = 3,
        GuidanceScale = 6.1,
        GuidanceRescale = 0.3,
        Eta = 0.7,
        ClipSkip = 1,
        Width = 72,
        Height = 80,
        Masks = new RandomMasks(0.1, 5, MaskTargets.FeedForward, eachStep: true),
    };

    [FixtureTheory(TinyPipelines.Area)]
    [MemberData(nameof(TinyPipelines.Names), MemberType = typeof(TinyPipelines))]
    public async Task A_picture_is_drawn_again_from_its_file_to_the_last_byte(string name)
    {
        using var folder = new TemporaryFolder();
        using var pipeline = await TinyPipelines.Builder(name).UseDdim().BuildAsync();
        using var other = await TinyPipelines.Builder(name).UseDpmSolver().UseRandomMasks(0.5).BuildAsync();
        foreach (var request in new[] { Full, Full with { Masks = null }, new ImageRequest("a bench") { Steps = 2 } })
        {
            var drawn = (await pipeline.GenerateAsync(request)).Images[0];
            drawn.SavePng(folder["a.png"]);

            var again = await other.GenerateAsync(ImageRequest.FromPng(folder["a.png"]));

            again.Images.Should().ContainSingle().Which.ToPng()
                .Should().Equal(drawn.ToPng(), "masks and scheduler of another pipeline give way to those in the file");
        }
    }

    [FixtureFact(TinyPipelines.Area)]
    public async Task One_of_a_batch_is_drawn_again_alone_and_one_of_a_shared_generator_with_its_batch()
    {
        using var folder = new TemporaryFolder();
        using var pipeline = await TinyPipelines.LoadAsync();
        var request = new ImageRequest(["a bench", "a river"]) { NegativePrompts = ["blurry", "dark"], Seeds = [5, 3, 8, 1], ImagesPerPrompt = 2, Steps = 2 };
        var batch = (await pipeline.GenerateAsync(request)).Images;
        batch[2].SavePng(folder["own.png"]);
        var own = ImageRequest.FromPng(folder["own.png"]);
        (own.Prompts.Single(), own.NegativePrompt, own.Seed, own.Count).Should().Be(("a river", "dark", 8L, 1));
        var differences = (await pipeline.PixelsAsync(own)).Zip(batch[2].Image.Pixels.ToArray(), (a, b) => Math.Abs(a - b)).ToList();
        differences.Max().Should().BeLessThanOrEqualTo(1);
        differences.Count(difference => difference > 0).Should().BeLessThan(differences.Count / 500);

        batch = (await pipeline.GenerateAsync(request with { Seeds = null, Seed = 9, SharedGenerator = true })).Images;
        batch[3].SavePng(folder["shared.png"]);
        (await pipeline.GenerateAsync(ImageRequest.FromPng(folder["shared.png"]))).Images[3].ToPng().Should().Equal(batch[3].ToPng());
    }

    [FixtureFact(TinyPipelines.Area)]
    public async Task The_picture_that_image_to_image_began_with_must_be_given_again()
    {
        using var folder = new TemporaryFolder();
        using var pipeline = await TinyPipelines.LoadAsync();
        var input = new RgbImage(64, 64, [.. Enumerable.Range(0, 64 * 64 * 3).Select(i => (byte)i)]);
        var drawn = (await pipeline.GenerateAsync(new ImageRequest("a bench") { Image = input, Strength = 0.5, Steps = 4, Seed = 1 })).Images[0];
        drawn.SavePng(folder["a.png"]);

        FluentActions.Invoking(() => ImageRequest.FromPng(folder["a.png"])).Should().Throw<InvalidOptionException>()
            .WithMessage("*a.png does not hold all*Set Image to the picture of 64 x 64 pixels that it began with.*FromPng(path, out missing)*");
        var rest = ImageRequest.FromPng(folder["a.png"], out var missing);

        missing.Should().ContainSingle();
        (await pipeline.GenerateAsync(rest with { Image = input })).Images[0].ToPng().Should().Equal(drawn.ToPng());
    }

    [Fact]
    public void What_has_no_description_that_can_be_read_back_must_be_set_again()
    {
        var request = StandInPipeline.Request with { Scheduler = new OwnScheduler(), Masks = new OwnMasks() };
        ImageRequestJson.Read(ImageRequestJson.Write(request), out var missing);
        missing.Should().SatisfyRespectively(
            masks => masks.Should().Be("""Set Masks to a strategy that does this: {"kind":"my masks of 7"}."""),
            scheduler => scheduler.Should().Be("""Set Scheduler to the "OwnScheduler" that was used."""));
        ImageRequestJson.Read(ImageRequestJson.Write(request with { Scheduler = null, Masks = new RandomMasks(0.1, 1, MaskTargets.Where("my own rule", _ => true)) }), out missing);
        missing.Should().ContainSingle().Which.Should().Contain("my own rule");
    }

    [FixtureFact(TinyPipelines.Area)]
    public async Task A_scheduler_that_was_made_from_options_is_brought_back()
    {
        using var folder = new TemporaryFolder();
        using var pipeline = await TinyPipelines.LoadAsync();
        var scheduler = new DpmSolverMultistepScheduler(new()
        {
            BetaStart = SchedulerOptions.StableDiffusionBetaStart,
            BetaEnd = SchedulerOptions.StableDiffusionBetaEnd,
            BetaSchedule = BetaSchedule.ScaledLinear,
            SigmaSpacing = SigmaSpacing.Karras,
        });
        var drawn = (await pipeline.GenerateAsync(new ImageRequest("a bench") { Scheduler = scheduler, Steps = 3, Seed = 4 })).Images[0];
        drawn.SavePng(folder["a.png"]);
        (await pipeline.GenerateAsync(ImageRequest.FromPng(folder["a.png"]))).Images[0].ToPng().Should().Equal(drawn.ToPng());
    }

    [Fact]
    public void A_number_that_no_picture_can_be_drawn_with_is_written_and_read_all_the_same()
    {
        var request = StandInPipeline.Request with { GuidanceScale = double.NaN, Eta = double.PositiveInfinity };
        var read = ImageRequestJson.Read(ImageRequestJson.Write(request), out _);
        (read.GuidanceScale, read.Eta).Should().Be((double.NaN, double.PositiveInfinity));
    }

    [Theory]
    [InlineData("")]
    [InlineData("steps: 7")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("""{"steps": 7}""")]
    [InlineData("""{"prompts": ["a"], "steps": "seven"}""")]
    [InlineData("""{"prompts": ["a"], "negativePrompts": null}""")]
    public void Settings_that_are_no_request_are_refused(string json) =>
        FluentActions.Invoking(() => ImageRequestJson.Read(json, out _))
            .Should().Throw<InvalidOptionException>().WithMessage("The settings of a picture*ImageRequestJson.Write*");

    [Theory]
    [InlineData("""{"kind": "random"}""")]
    [InlineData("""{"kind": "random", "ratio": 7, "seed": 1, "targets": "all layers", "eachStep": false}""")]
    [InlineData("""{"kind": "random", "ratio": "x", "seed": 1, "targets": "all layers", "eachStep": false}""")]
    [InlineData("""{"kind": 5}""")]
    [InlineData("{}")]
    public void Masks_that_are_damaged_are_missing(string masks)
    {
        ImageRequestJson.Read($$"""{"prompts": ["a"], "masks": {{masks}}}""", out var missing).Masks.Should().BeNull();
        missing.Should().ContainSingle();
    }

    [Fact]
    public void A_picture_without_settings_is_refused()
    {
        using var folder = new TemporaryFolder();
        new RgbImage(1, 1, [1, 2, 3]).SavePng(folder["plain.png"]);
        FluentActions.Invoking(() => ImageRequest.FromPng(folder["plain.png"]))
            .Should().Throw<ImageException>().WithMessage("*plain.png holds no settings*SavePng*");
        FluentActions.Invoking(() => ImageRequest.FromPng(folder["none.png"])).Should().Throw<ImageException>();
    }

    // Another kind than ours, which no configuration makes.
    private sealed class OwnScheduler : IDiffusionScheduler
    {
        private readonly DdimScheduler ours = new();

        public int TrainTimesteps => ours.TrainTimesteps;

        public PredictionType PredictionType => ours.PredictionType;

        public SamplingSchedule CreateSchedule(int steps) => ours.CreateSchedule(steps);

        public SchedulerState Start(SamplingSchedule schedule, int beginIndex, StepOptions? options) => ours.Start(schedule, beginIndex, options);

        public Tensor ScaleModelInput(SchedulerState state, Tensor sample) => ours.ScaleModelInput(state, sample);

        public SchedulerStep Step(SchedulerState state, Tensor modelOutput, Tensor sample, INoiseSource noise) => ours.Step(state, modelOutput, sample, noise);

        public Tensor PredictOriginal(SchedulerState state, Tensor modelOutput, Tensor sample) => ours.PredictOriginal(state, modelOutput, sample);

        public Tensor AddNoise(Tensor original, Tensor noise, SchedulerState state) => ours.AddNoise(original, noise, state);
    }

    private sealed class OwnMasks : MaskStrategy
    {
        public override Tensor Predict(IDenoisingStep step) => step.Predict(NoMasks.Instance);

        public override string ToString() => "my masks of 7";
    }
}
