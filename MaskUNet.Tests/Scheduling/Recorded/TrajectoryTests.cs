using System.Text.Json.Nodes;
using MaskUNet.Scheduling;
using MaskUNet.Tests.TestSupport;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Tests.Scheduling.Recorded;

public class TrajectoryTests
{
    private const double Tightest = 5e-6;
    private const double Float64Tolerance = 3e-6; // what a last bit in a table (1.2e-7) makes of 999 steps

    public static IEnumerable<object[]> All =>
        from name in RecordedScheduler.ClassNames
        from c in RecordedScheduler.Cases(name)
        select new object[] { name, (string)c["id"]! };

    [FixtureTheory(RecordedScheduler.Area)]
    [MemberData(nameof(All))]
    public void The_schedule_is_the_references(string className, string id)
    {
        using var scope = NewDisposeScope();
        var (recorded, tensors) = (RecordedScheduler.Case(className, id), RecordedScheduler.Tensors(className));
        var schedule = Schedule(RecordedScheduler.Create(className, recorded["config"]), recorded);

        var timesteps = tensors[id + "/timesteps"];
        var tolerance = timesteps.dtype == ScalarType.Int64 ? 0 : 1e-3;
        schedule.Timesteps.Should().HaveCount((int)timesteps.shape[0]);
        (tensor(schedule.Timesteps.ToArray()) - timesteps).abs().max().item<double>().Should().BeLessThanOrEqualTo(tolerance);
        schedule.InitNoiseSigma.Should().BeApproximately((double)recorded["init_noise_sigma"]!, 2e-6 * (double)recorded["init_noise_sigma"]!);
        if (tensors.Has(id + "/sigmas"))
        {
            tensor(schedule.Sigmas.ToArray()).ShouldMatch(tensors[id + "/sigmas"], 2e-6, "sigmas");
        }
    }

    [FixtureTheory(RecordedScheduler.Area)]
    [MemberData(nameof(All))]
    public void The_trajectory_is_the_references(string className, string id)
    {
        var recorded = RecordedScheduler.Case(className, id);
        Check(className, id, float32, Tolerance(recorded, ""), Tolerance(recorded, "_pred"));
    }

    [FixtureTheory(RecordedScheduler.Area)]
    [MemberData(nameof(All))]
    public void In_float64_only_the_tables_roundings_are_left(string className, string id) =>
        Check(className, id, float64, Float64Tolerance, Float64Tolerance);

    // As the fixtures say: the stated tolerance is 1e-4 or five times the reference's own float32 noise; the floor of 1e-4 can be 5e-6.
    private static double Tolerance(JsonNode recorded, string kind) =>
        recorded["tolerance" + kind] is { } stated ? Math.Min((double)stated, Math.Max(Tightest, 5 * (double)recorded["float32_noise" + kind]!)) : 0;

    private static void Check(string className, string id, ScalarType type, double tolerance, double predictionTolerance)
    {
        using var scope = NewDisposeScope();
        var (recorded, tensors) = (RecordedScheduler.Case(className, id), RecordedScheduler.Tensors(className));
        var scheduler = RecordedScheduler.Create(className, recorded["config"]);
        var run = new RecordedRun(scheduler, Schedule(scheduler, recorded), recorded, type);

        run.First.ShouldMatch(tensors[id + "/first"], 2e-6, "the first latents");
        run.Go();

        int[] calls = recorded["stored_calls"] is { } stored ? [.. stored.AsArray().Select(call => (int)call!)] : [.. Enumerable.Range(0, run.Latents.Count)];
        run.Latents.Should().HaveCount((int)recorded["calls"]!);
        run.NoiseDraws.Should().Be((int)recorded["noise_draws"]!);
        stack(calls.Select(call => run.Latents[call])).ShouldMatch(tensors[id + "/latents"], tolerance, "latents");
        if (tensors.Has(id + "/pred_original_sample"))
        {
            stack(calls.Select(call => run.Predictions[call])).ShouldMatch(tensors[id + "/pred_original_sample"], predictionTolerance, "predicted original samples");
        }

        if (tensors.Has(id + "/trials"))
        {
            stack(run.Trials).ShouldMatch(tensors[id + "/trials"], tolerance, "trials");
        }
    }

    private static SamplingSchedule Schedule(IDiffusionScheduler scheduler, JsonNode recorded) =>
        RecordedScheduler.CreateSchedule(scheduler, (int?)recorded["steps"], recorded["set_timesteps"]);
}
