using System.Text.Json.Nodes;
using MaskUNet.Scheduling;
using MaskUNet.Tests.TestSupport;

namespace MaskUNet.Tests.Scheduling.Recorded;

/// <summary>
/// The pipelines' recorded runs: each made its scheduler from its model folder's configuration, as diffusers' from_config.
/// </summary>
public class FromConfigTests
{
    private const string Pipelines = "pipelines";
    private const string Recordings = "recordings";

    public static IEnumerable<object[]> Runs =>
        from folder in Fixtures.Has(Pipelines) ? Directory.GetDirectories(Fixtures.Path(Pipelines)).Select(System.IO.Path.GetFileName).ToArray() : []
        where File.Exists(Fixtures.Path(Pipelines, folder!, Recordings, "runs", "runs.json"))
        from run in Fixtures.Json(Pipelines, folder!, Recordings, "runs", "runs.json").AsObject()
        select new object[] { folder!, run.Key };

    [FixtureTheory(Pipelines)]
    [MemberData(nameof(Runs))]
    public void Keys_carry_over_and_absent_ones_take_the_new_schedulers_defaults(string folder, string name)
    {
        var recorded = Fixtures.Json(Pipelines, folder, Recordings, "runs", "runs.json")[name]!;
        var config = SchedulerConfig.Load(Fixtures.Path(Pipelines, folder, "scheduler"));
        var call = recorded["call"]!;
        var overrides = SchedulerConfig.Parse((call["scheduler_overrides"] ?? new JsonObject()).ToJsonString());
        var kind = SchedulerFactory.KindOf(SchedulerConfig.Parse($$"""{"_class_name": {{call["scheduler"]!.ToJsonString()}}}"""));
        Check(SchedulerFactory.Create(kind, config, overrides), recorded);

        // The whole configuration that resulted says the same.
        Check(SchedulerFactory.Create(kind, SchedulerConfig.Parse(recorded["scheduler_config"]!.ToJsonString())), recorded);
    }

    private static void Check(IDiffusionScheduler scheduler, JsonNode recorded)
    {
        var schedule = scheduler.CreateSchedule((int)recorded["call"]!["num_inference_steps"]!);
        var timesteps = recorded["timesteps"]!.AsArray().Select(t => (double)t!).ToArray();
        schedule.Timesteps.Skip(schedule.Timesteps.Count - timesteps.Length).Should().Equal(timesteps, (ours, theirs) => Math.Abs(ours - theirs) < 1e-3);
        schedule.InitNoiseSigma.Should().BeApproximately((double)recorded["init_noise_sigma"]!, 2e-6 * (double)recorded["init_noise_sigma"]!);
    }
}
