using MaskUNet.Masking;
using MaskUNet.Tests.Pipelines.StandIns;
using MaskUNet.Tests.TestSupport;
using static TorchSharp.torch;

namespace MaskUNet.Tests.Pipelines;

[LeavesNoTensors]
public class OwnStrategyTests
{
    [FixtureFact(TinyPipelines.Area)]
    public async Task A_strategy_of_the_users_own_draws_through_the_builder()
    {
        var strategy = new QuietestMask(3);
        using var pipeline = await TinyPipelines.Builder().UseDdim().UseMasks(strategy).BuildAsync();
        var request = new ImageRequest("a bench") { Seed = 1, Steps = 2 };

        var ours = await pipeline.PixelsAsync(request);

        var candidates = new List<byte[]>();
        for (var seed = 0; seed < 3; seed++)
        {
            candidates.Add(await pipeline.PixelsAsync(request with { Steps = 1, Masks = new RandomMasks(0.2, seed) }));
        }

        candidates.Should().ContainEquivalentOf(await pipeline.PixelsAsync(request with { Steps = 1 }), "one step takes one of the masks");
        ours.Should().NotEqual(await pipeline.PixelsAsync(request with { Masks = MaskStrategy.None }));
        strategy.Tried.Should().Be(9, "two steps and one step, with three masks each");
    }

    [Fact]
    public async Task Others_take_their_turns_while_a_strategy_works_in_units()
    {
        var events = new List<string>();
        using var begun = new ManualResetEventSlim();
        using var pipeline = StandInPipeline.Create();
        var slow = pipeline.GenerateAsync(StandInPipeline.Request with { Steps = 1, Masks = new Slow(begun, 20, events.Add) });
        var quick = pipeline.GenerateAsync(StandInPipeline.Request with { Steps = 3 }, new OnProgress<GenerationProgress>(report => events.Add($"quick {report.Step}")));
        begun.Set();
        await Task.WhenAll(slow, quick);
        events.Should().HaveCount(23);
        events.TakeWhile(e => e != "quick 3").Count(e => e == "slow").Should().BeInRange(1, 10);
    }

    [Fact]
    public async Task A_strategy_that_gives_no_prediction_is_told_so()
    {
        using var pipeline = StandInPipeline.Create(masks: new Silent());
        await pipeline.Awaiting(p => p.GenerateAsync(StandInPipeline.Request))
            .Should().ThrowAsync<MaskUNetException>().WithMessage("*strategy*without a prediction*yield*");
    }

    public static TheoryData<Func<Tensor, Tensor>, string> Misfits => new()
    {
        { _ => zeros(1), "The mask strategy gave [1] of Float32 on cpu; [1, 4, 2, 2] of Float32 on cpu, as the sample is, was expected." },
        { latents => latents.to(float64), "*of Float64 on cpu; *" },
        { Disposed, "*has been disposed*detach*" },
    };

    [Theory]
    [MemberData(nameof(Misfits))]
    public async Task A_prediction_that_does_not_fit_the_sample_is_refused(Func<Tensor, Tensor> predict, string message)
    {
        using var pipeline = StandInPipeline.Create(masks: new Yields(predict, afterwards: false));
        await pipeline.Awaiting(p => p.GenerateAsync(StandInPipeline.Request))
            .Should().ThrowAsync<MaskUNetException>().WithMessage(message);
    }

    [Fact]
    public async Task The_first_prediction_ends_a_step()
    {
        using var pipeline = StandInPipeline.Create(masks: new Yields(latents => latents * 0.1, afterwards: true));
        using var plain = StandInPipeline.Create();
        (await pipeline.PixelsAsync(StandInPipeline.Request)).Should().Equal(await plain.PixelsAsync(StandInPipeline.Request));
    }

    private static Tensor Disposed(Tensor latents)
    {
        var prediction = latents * 0.1;
        prediction.Dispose();
        return prediction;
    }

    private sealed class Yields(Func<Tensor, Tensor> predict, bool afterwards) : MaskStrategy
    {
        public override Tensor Predict(IDenoisingStep step) => predict(step.Latents);

        public override IEnumerable<Tensor?> PredictInUnits(IDenoisingStep step)
        {
            yield return Predict(step);
            if (afterwards)
            {
                yield return null;
                throw new NotSupportedException("the step has ended");
            }
        }
    }

    /// <summary>Tries random masks and takes the prediction of the smallest norm.</summary>
    private sealed class QuietestMask(int candidates) : MaskStrategy
    {
        public int Tried { get; private set; }

        public override Tensor Predict(IDenoisingStep step) => PredictInUnits(step).OfType<Tensor>().Single();

        public override IEnumerable<Tensor?> PredictInUnits(IDenoisingStep step)
        {
            var (best, least) = (0, double.PositiveInfinity);
            for (var seed = 0; seed < candidates; seed++)
            {
                if (Norm(step, seed) is var norm && norm < least)
                {
                    (best, least) = (seed, norm);
                }

                Tried++;
                yield return null;
            }

            yield return step.Predict(Masks(step, best));
        }

        private static double Norm(IDenoisingStep step, int seed)
        {
            using var scope = NewDisposeScope();
            return step.Predict(Masks(step, seed)).norm().item<float>();
        }

        private static RandomMaskGenerator Masks(IDenoisingStep step, int seed) => step.Run.Keep(
            seed, () => new RandomMaskGenerator(MaskTargets.DecoderAttention.Of(step.UNet), 0.2, seed, step.UNet.Device));
    }

    private sealed class Slow(ManualResetEventSlim begun, int units, Action<string> log) : MaskStrategy
    {
        public override Tensor Predict(IDenoisingStep step) => step.Predict(NoMasks.Instance);

        public override IEnumerable<Tensor?> PredictInUnits(IDenoisingStep step)
        {
            for (var unit = 0; unit < units; unit++)
            {
                begun.Wait(TimeSpan.FromSeconds(30));
                log("slow");
                yield return null;
            }

            yield return Predict(step);
        }
    }

    private sealed class Silent : MaskStrategy
    {
        public override Tensor Predict(IDenoisingStep step) => throw new NotSupportedException();

        public override IEnumerable<Tensor?> PredictInUnits(IDenoisingStep step)
        {
            yield return null;
        }
    }
}
