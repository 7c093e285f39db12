using System.Text.Json.Nodes;
using MaskUNet.Scheduling;
using MaskUNet.Tests.TestSupport;
using static TorchSharp.torch;

namespace MaskUNet.Tests.Scheduling.Recorded;

/// <summary>
/// What the reference refuses is refused here too. What it silently accepts is refused where it makes no sense: values that are not known,
/// numbers of steps out of range, options whose steps fail.
/// </summary>
public class RefusalTests
{
    public static IEnumerable<object[]> Expressible => Entries(IsExpressible);

    public static IEnumerable<object[]> Inexpressible => Entries(entry => !IsExpressible(entry));

    [FixtureTheory(RecordedScheduler.Area)]
    [MemberData(nameof(Expressible))]
    public void Nonsense_is_refused_and_the_rest_works(int index, string what)
    {
        using var scope = NewDisposeScope();
        var entry = Entry(index);
        var call = () => Call(entry);
        if (entry["error"] is null && !IsNonsense(entry))
        {
            var schedule = call();
            var recorded = entry["timesteps"]?.AsArray().Select(t => (double)t!).ToArray() ?? [];
            schedule?.Timesteps.Take(recorded.Length).Should().Equal(recorded, (ours, theirs) => Math.Abs(ours - theirs) < 1e-3, what);
            return;
        }

        var message = call.Should().Throw<InvalidOptionException>(what).Which.Message;
        if (entry["config"]!.ToJsonString().Contains("bogus", StringComparison.Ordinal))
        {
            message.Should().Contain("bogus");
        }
        else if (Steps(entry) is { } steps && (steps < 1 || steps > TrainTimesteps(entry)))
        {
            message.Should().Contain($"{steps}");
        }
    }

    // A step without a schedule, with a timestep of another kind, or a schedule from two lists at once: what the reference answers with
    // an exception, the types here leave no words for.
    [FixtureTheory(RecordedScheduler.Area)]
    [MemberData(nameof(Inexpressible))]
    public void Some_mistakes_cannot_be_made(int index, string what)
    {
        var scheduler = RecordedScheduler.Create((string)Entry(index)["class"]!, null).GetType();
        if ((string)Entry(index)["call"]! == "step")
        {
            typeof(IDiffusionScheduler).GetMethod(nameof(IDiffusionScheduler.Step))!.GetParameters()[0].ParameterType.Should().Be<SchedulerState>(what);
            typeof(DiffusionScheduler).Assembly.GetExportedTypes().Should().NotContain(type => type.IsSubclassOf(typeof(SchedulerState)), what);
        }
        else
        {
            scheduler.GetMethods().Where(method => method.Name.StartsWith(nameof(IDiffusionScheduler.CreateSchedule), StringComparison.Ordinal))
                .Should().NotBeEmpty().And.OnlyContain(
                    method => method.GetParameters().Count(p => p.Name == "steps" || p.ParameterType.IsGenericType) == 1, what);
        }
    }

    private static SamplingSchedule? Call(JsonNode entry)
    {
        var scheduler = RecordedScheduler.Create((string)entry["class"]!, entry["config"]);
        switch ((string)entry["call"]!)
        {
            case "construct":
                return null;
            case "set_timesteps":
                return RecordedScheduler.CreateSchedule(scheduler, Steps(entry), entry["args"]);
            default:
                var schedule = scheduler.CreateSchedule((int)entry["args"]!["set"]!);
                scheduler.Step(scheduler.Start(schedule), zeros(1, 4, 2, 2), zeros(1, 4, 2, 2), new BankNoise(zeros([1, 1, 4, 2, 2])));
                return schedule;
        }
    }

    private static bool IsExpressible(JsonNode entry)
    {
        var args = entry["args"]!.AsObject();
        return (string)entry["call"]! switch
        {
            "step" => args["set"] is not null && !args.ContainsKey("t"),
            "set_timesteps" => new[] { "num_inference_steps", "timesteps", "sigmas" }.Count(args.ContainsKey) == 1,
            _ => true,
        };
    }

    private static bool IsNonsense(JsonNode entry) =>
        (Steps(entry) is { } steps && (steps < 1 || steps > TrainTimesteps(entry)))
        || entry["config"]!.ToJsonString().Contains("bogus", StringComparison.Ordinal)
        || ((string?)entry["note"])!.Contains("fails", StringComparison.Ordinal);

    private static int? Steps(JsonNode entry) => (int?)entry["args"]!["num_inference_steps"];

    private static int TrainTimesteps(JsonNode entry) => (int?)entry["config"]!["num_train_timesteps"] ?? SchedulerOptions.DefaultTrainTimesteps;

    private static JsonNode Entry(int index) => Fixtures.Json(RecordedScheduler.Area, "errors.json")[index]!;

    private static IEnumerable<object[]> Entries(Func<JsonNode, bool> wanted) => Fixtures.Has(RecordedScheduler.Area)
        ? Fixtures.Json(RecordedScheduler.Area, "errors.json").AsArray().Select((entry, i) => (Entry: entry!, Index: i)).Where(pair => wanted(pair.Entry))
            .Select(pair => new object[] { pair.Index, string.Join(' ', ((string[])["class", "config", "call", "args"]).Select(key => pair.Entry[key]!.ToJsonString())) })
        : [];
}
