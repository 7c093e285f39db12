using MaskUNet.Images;
using MaskUNet.Masking;
using MaskUNet.Scheduling;
using MaskUNet.Tests.Pipelines.StandIns;
using MaskUNet.Tests.TestSupport;

namespace MaskUNet.Tests.Pipelines;

[LeavesNoTensors]
public class ImageRequestValidationTests
{
    public static TheoryData<Func<ImageRequest, ImageRequest>, string> Wrong => new()
    {
        { r => r with { Prompts = [] }, "Prompts is empty*at least one text*" },
        { r => r with { Prompts = null! }, "Prompts is empty or holds null*" },
        { r => r with { Prompts = ["a", null!] }, "Prompts is empty or holds null*" },
        { r => r with { NegativePrompts = ["a", "b"] }, "NegativePrompts has 2 entries; give none, one, or one for each of the 1 prompts." },
        { r => r with { NegativePrompts = null! }, "NegativePrompts has 0 entries*" },
        { r => r with { ImagesPerPrompt = 0 }, "ImagesPerPrompt is 0; it must be at least 1." },
        { r => r with { ImagesPerPrompt = 1025 }, "Prompts and ImagesPerPrompt ask for 1025 images; at most 1024*" },
        { r => r with { Prompts = ["a", "b"], ImagesPerPrompt = 1_500_000_000 }, "*ask for 3000000000 images*" },
        { r => r with { Prompts = ["a\0b"] }, "A prompt holds the character U+0000*remove it." },
        { r => r with { NegativePrompt = "\0" }, "A prompt holds the character U+0000*" },
        { r => r with { Width = 1 << 15, Height = 1 << 15 }, "Width and Height are 32768 and 32768; a picture has at most 134217728 pixels." },
        { r => r with { Seeds = [1, 2] }, "Seeds has 2 entries; the request draws 1 images." },
        { r => r with { Seeds = [1, 2], ImagesPerPrompt = 2, SharedGenerator = true }, "Seeds has 2 entries; one is needed for a shared generator." },
        { r => r with { Steps = 0 }, "Steps is 0; it must lie between 1 and 1000." },
        { r => r with { Steps = 1001 }, "Steps is 1001; it must lie between 1 and 1000." },
        { r => r with { GuidanceScale = -1 }, "GuidanceScale is -1; it must be a number of at least 0*" },
        { r => r with { GuidanceScale = double.NaN }, "GuidanceScale is NaN;*" },
        { r => r with { GuidanceScale = double.PositiveInfinity }, "GuidanceScale is *; it must be a number*" },
        { r => r with { GuidanceRescale = 1.1 }, "GuidanceRescale is 1.1; it must lie between 0 and 1." },
        { r => r with { Eta = -0.1 }, "Eta is -0.1; it must lie between 0 and 1." },
        { r => r with { ClipSkip = -1 }, "ClipSkip is -1; it must be at least 0." },
        { r => r with { Strength = 0 }, "Strength is 0; it must be above 0 and at most 1." },
        { r => r with { Strength = double.NaN }, "Strength is NaN;*" },
        { r => r with { Image = Picture, Strength = 0.1 }, "Strength 0.1 of 5 steps leaves no step to run; raise either." },
        { r => r with { Width = 20 }, "Width is 20; it must be a multiple of 8 up to 32768, for instance 16." },
        { r => r with { Height = 0 }, "Height is 0;*for instance 8." },
        { r => r with { Height = -64 }, "Height is -64;*" },
        { r => r with { Width = 1 << 20 }, "Width is 1048576;*for instance 32768." },
        { r => r with { Scheduler = new DdimScheduler(), SchedulerConfig = SchedulerConfig.Parse("""{"_class_name": "DDIMScheduler"}""") }, "Scheduler and SchedulerConfig are both set; keep one of the two." },
        { r => r with { Steps = -3, Eta = 7, Width = 13 }, "Steps is -3;* Eta is 7;* Width is 13;*" },
    };

    private static RgbImage Picture => new(8, 8, new byte[192]);

    [Theory]
    [MemberData(nameof(Wrong))]
    public async Task What_cannot_be_drawn_is_refused_before_any_work_with_value_and_remedy(Func<ImageRequest, ImageRequest> change, string message)
    {
        using var pipeline = StandInPipeline.Create((_, _) => throw new InvalidOperationException("no work may be done"));
        await pipeline.Awaiting(p => p.GenerateAsync(change(StandInPipeline.Request)))
            .Should().ThrowAsync<InvalidOptionException>().WithMessage("The request cannot be drawn: " + message);
    }

    [Fact]
    public async Task A_size_that_comes_from_the_model_is_refused_likewise()
    {
        using var pipeline = new StableDiffusionPipeline(new StandInTextEncoder(), new StandInUNet(), new StandInDecoder(), new DdimScheduler(), sampleSize: int.MaxValue);
        await pipeline.Awaiting(p => p.GenerateAsync(StandInPipeline.Request with { Height = 8 }))
            .Should().ThrowAsync<InvalidOptionException>().WithMessage("*Width is 2147483647; it must be a multiple of 8 up to 32768*");
    }

    [Fact]
    public async Task Numbers_are_told_the_same_in_every_culture()
    {
        using var culture = new CommaCulture();
        using var pipeline = StandInPipeline.Create();
        await pipeline.Awaiting(p => p.GenerateAsync(StandInPipeline.Request with { GuidanceScale = -7.5, Eta = 1.5, Strength = 1.25 }))
            .Should().ThrowAsync<InvalidOptionException>().WithMessage("*GuidanceScale is -7.5;*Eta is 1.5;*Strength is 1.25;*");
        FluentActions.Invoking(() => new RandomMasks(1.5)).Should().Throw<InvalidOptionException>().WithMessage("*ratio is 1.5;*");
    }

    [Fact]
    public void A_request_keeps_its_lists_whatever_the_caller_does_to_his()
    {
        string[] prompts = ["a"];
        long[] seeds = [1];
        var request = new ImageRequest(prompts) { NegativePrompts = prompts, Seeds = seeds };
        (prompts[0], seeds[0]) = ("b", 2);
        (request.Prompts[0], request.NegativePrompt, request.Seeds[0]).Should().Be(("a", "a", 1L));
    }

    [Fact]
    public void The_number_of_pictures_does_not_overflow()
    {
        (new ImageRequest(["a", "b"]) { ImagesPerPrompt = 1_500_000_000 }).Count.Should().Be(int.MaxValue);
        (new ImageRequest("a") { Prompts = null! }).Count.Should().Be(0);
    }

    [Fact]
    public async Task Image_to_image_is_refused_where_nothing_encodes()
    {
        using var pipeline = StandInPipeline.Create();
        await pipeline.Awaiting(p => p.GenerateAsync(StandInPipeline.Request with { Image = Picture }))
            .Should().ThrowAsync<InvalidOptionException>().WithMessage("Image to image needs an encoder, and StandInDecoder only decodes*");
    }

    [Fact]
    public async Task A_scheduler_configuration_that_names_no_class_is_refused()
    {
        using var pipeline = StandInPipeline.Create();
        await pipeline.Awaiting(p => p.GenerateAsync(StandInPipeline.Request with { SchedulerConfig = SchedulerConfig.Empty }))
            .Should().ThrowAsync<InvalidOptionException>().WithMessage("*names the class (none)*DDIMScheduler*");
    }

    [FixtureTheory(TinyPipelines.Area)]
    [MemberData(nameof(TinyPipelines.Names), MemberType = typeof(TinyPipelines))]
    public async Task A_clip_skip_beyond_the_encoder_is_refused_with_its_depth(string name)
    {
        using var pipeline = await TinyPipelines.LoadAsync(name);
        await pipeline.Awaiting(p => p.GenerateAsync(new ImageRequest("a bench") { ClipSkip = 99 }))
            .Should().ThrowAsync<InvalidOptionException>()
                .WithMessage("A clip skip of 99 is not possible: this text encoder has * layers*");
    }

    [FixtureTheory(TinyPipelines.Area)]
    [MemberData(nameof(TinyPipelines.Names), MemberType = typeof(TinyPipelines))]
    public async Task What_did_not_fit_into_a_prompt_is_a_warning_that_names_it(string name)
    {
        using var pipeline = await TinyPipelines.LoadAsync(name);
        var request = new ImageRequest("a bench") { Steps = 1, Seed = 1 };
        (await pipeline.GenerateAsync(request)).Warnings.Should().BeEmpty();
        var cut = await pipeline.GenerateAsync(request with { Prompts = [string.Concat(Enumerable.Repeat("bench ", 75)) + "beside the quiet river"] });
        cut.Warnings.Should().ContainSingle().Which
            .Should().Match("The prompt is longer than the text encoder reads*dropped: 'beside the quiet river'");
        var negative = await pipeline.GenerateAsync(request with { NegativePrompt = string.Concat(Enumerable.Repeat("blur ", 75)) + "noise" });
        negative.Warnings.Should().ContainSingle().Which.Should().EndWith("'noise'");
    }
}
