using MaskUNet.Tests.Pipelines.StandIns;
using MaskUNet.Tests.TestSupport;

namespace MaskUNet.Tests.Pipelines;

[LeavesNoTensors]
public class DisposalTests
{
    [Fact]
    public async Task Disposing_while_in_use_lets_the_step_end_and_tells_every_caller_clearly()
    {
        using var stepping = new ManualResetEventSlim();
        using var release = new ManualResetEventSlim();
        var pipeline = StandInPipeline.Create();
        var steps = 0;
        var running = pipeline.GenerateAsync(StandInPipeline.Request, new OnProgress<GenerationProgress>(_ =>
        {
            steps++;
            stepping.Set();
            release.Wait(TimeSpan.FromSeconds(30));
        }));
        var waiting = pipeline.GenerateAsync(StandInPipeline.Request);
        stepping.Wait();

        var disposal = Task.Run(pipeline.Dispose);
        SpinWait.SpinUntil(() => Refuses(pipeline), TimeSpan.FromSeconds(30)).Should().BeTrue();
        disposal.IsCompleted.Should().BeFalse("the step is still running");
        ((StandInUNet)pipeline.UNet).IsDisposed.Should().BeFalse("it uses the models");
        release.Set();
        await disposal;

        const string Message = "MaskUNet cpu was disposed before this work was done: await the work, or cancel it*";
        await running.Awaiting(run => run).Should().ThrowAsync<MaskUNetException>().WithMessage(Message);
        await waiting.Awaiting(run => run).Should().ThrowAsync<MaskUNetException>().WithMessage(Message);
        await pipeline.Awaiting(p => p.GenerateAsync(StandInPipeline.Request))
            .Should().ThrowAsync<ObjectDisposedException>().WithMessage("*StableDiffusionPipeline*");
        steps.Should().Be(1);
        ((StandInUNet)pipeline.UNet).IsDisposed.Should().BeTrue();
    }

    [Fact]
    public async Task Disposing_from_within_a_step_ends_the_run_with_the_same_error()
    {
        var pipeline = StandInPipeline.Create();
        await pipeline.Awaiting(p => p.GenerateAsync(StandInPipeline.Request, new OnProgress<GenerationProgress>(_ => p.Dispose())))
            .Should().ThrowAsync<MaskUNetException>().WithMessage("*was disposed before*");
    }

    [Fact]
    public void Disposing_twice_is_once()
    {
        var pipeline = StandInPipeline.Create();
        pipeline.Dispose();
        pipeline.Invoking(p => p.Dispose()).Should().NotThrow();
    }

    private static bool Refuses(StableDiffusionPipeline pipeline) => pipeline.GenerateAsync(StandInPipeline.Request).Exception?.InnerException is ObjectDisposedException;
}
