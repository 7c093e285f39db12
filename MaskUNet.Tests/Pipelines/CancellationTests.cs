using MaskUNet.Tests.Pipelines.StandIns;
using MaskUNet.Tests.TestSupport;
using static TorchSharp.torch;

namespace MaskUNet.Tests.Pipelines;

[LeavesNoTensors]
public class CancellationTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(5)]
    public async Task A_run_ends_with_the_step_in_which_it_is_cancelled_and_leaves_no_tensor(int step)
    {
        var (steps, decoded) = (0, false);
        using var cancellation = new CancellationTokenSource();
        using var pipeline = StandInPipeline.Create(decode: latents =>
        {
            decoded = true;
            return zeros(1, 3, 16, 16);
        });
        var before = Tensor.TotalCount;

        await pipeline.Awaiting(p => p.GenerateAsync(StandInPipeline.Request, new OnProgress<GenerationProgress>(Count), cancellation.Token))
            .Should().ThrowAsync<OperationCanceledException>();

        (steps, decoded).Should().Be((step, false));
        Tensor.TotalCount.Should().Be(before);

        void Count(GenerationProgress progress)
        {
            steps++;
            if (progress.Step == step)
            {
                cancellation.Cancel();
            }
        }
    }

    [Fact]
    public async Task A_run_that_was_cancelled_before_it_began_does_nothing()
    {
        using var pipeline = StandInPipeline.Create((_, _) => throw new InvalidOperationException("no step may run"));
        await pipeline.Awaiting(p => p.GenerateAsync(StandInPipeline.Request, null, new CancellationToken(canceled: true)))
            .Should().ThrowAsync<OperationCanceledException>();
    }

    [FixtureFact(TinyPipelines.Area)]
    public async Task A_real_model_answers_within_a_step_too()
    {
        var steps = 0;
        using var cancellation = new CancellationTokenSource();
        using var pipeline = await TinyPipelines.LoadAsync();
        var before = Tensor.TotalCount;
        await pipeline.Awaiting(p => p.GenerateAsync(new ImageRequest("a bench"), new OnProgress<GenerationProgress>(Cancel), cancellation.Token))
            .Should().ThrowAsync<OperationCanceledException>();
        steps.Should().Be(1);
        Tensor.TotalCount.Should().Be(before);

        void Cancel(GenerationProgress progress)
        {
            steps++;
            cancellation.Cancel();
        }
    }
}
