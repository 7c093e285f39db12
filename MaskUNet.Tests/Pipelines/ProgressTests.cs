using MaskUNet.Tests.Pipelines.StandIns;
using MaskUNet.Tests.TestSupport;

namespace MaskUNet.Tests.Pipelines;

[LeavesNoTensors]
public class ProgressTests
{
    [Fact]
    public async Task Every_step_is_reported_with_the_time_that_has_passed()
    {
        var reports = new List<GenerationProgress>();
        using var pipeline = StandInPipeline.Create();
        await pipeline.GenerateAsync(StandInPipeline.Request, new OnProgress<GenerationProgress>(reports.Add));
        reports.Select(report => (report.Step, report.Steps)).Should().Equal(Enumerable.Range(1, 5).Select(step => (step, 5)));
        reports.Select(report => report.Timestep).Should().Equal(800, 600, 400, 200, 0);
        reports.Select(report => report.Fraction).Should().Equal(0.2, 0.4, 0.6, 0.8, 1);
        reports.Select(report => report.Elapsed).Should().BeInAscendingOrder().And.OnlyHaveUniqueItems();
    }

    [Fact]
    public async Task A_preview_of_any_image_can_be_asked_for_at_any_time_on_any_thread()
    {
        GenerationProgress? last = null;
        using (var pipeline = StandInPipeline.Create())
        {
            await pipeline.GenerateAsync(StandInPipeline.Request with { ImagesPerPrompt = 2 }, new OnProgress<GenerationProgress>(report => last = report));
        }

        var previews = await Task.Run(() => new[] { last!.Latents.Preview(), last.Latents.Preview(1) });
        previews.Should().AllSatisfy(preview => (preview.Width, preview.Height).Should().Be((16, 16)));
        previews[0].Pixels.ToArray().Should().NotEqual(previews[1].Pixels.ToArray());
    }

    [Fact]
    public async Task Progress_that_throws_fails_its_own_run_and_no_other()
    {
        using var pipeline = StandInPipeline.Create();
        var failing = pipeline.GenerateAsync(StandInPipeline.Request, new OnProgress<GenerationProgress>(_ => throw new FormatException("not this way")));
        var other = pipeline.GenerateAsync(StandInPipeline.Request);
        await failing.Awaiting(f => f).Should().ThrowAsync<FormatException>().WithMessage("not this way");
        (await other).Images.Should().ContainSingle();
        (await pipeline.GenerateAsync(StandInPipeline.Request)).Images.Should().ContainSingle();
    }
}
