using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using MaskUNet.Scheduling;
using MaskUNet.Tests.TestSupport;

namespace MaskUNet.Tests.Scheduling.Recorded;

/// <summary>The recorded cases of the fixtures' schedulers area, found by the files' names and indexes.</summary>
internal static class RecordedScheduler
{
    public const string Area = "schedulers";
    private static readonly ConcurrentDictionary<string, RecordedTensors> Files = new();

    public static IEnumerable<string> ClassNames => Fixtures.Has(Area)
        ? Directory.GetFiles(Fixtures.Path(Area), "*Scheduler.json").Select(file => System.IO.Path.GetFileNameWithoutExtension(file)).Order(StringComparer.Ordinal)
        : [];

    public static JsonArray Cases(string className) => Fixtures.Json(Area, className + ".json").AsArray();

    public static JsonNode Case(string className, string id) => Cases(className).Single(c => (string)c!["id"]! == id)!;

    public static RecordedTensors Tensors(string name) => Files.GetOrAdd(name, n => new RecordedTensors(Area, n + ".safetensors"));

    public static IDiffusionScheduler Create(string className, JsonNode? config) =>
        SchedulerFactory.Create(SchedulerConfig.Parse($$"""{"_class_name": "{{className}}"}""").With(SchedulerConfig.Parse((config ?? new JsonObject()).ToJsonString())));

    /// <summary>What the reference's set_timesteps is given: a number of steps, or keyword arguments that differ by class.</summary>
    public static SamplingSchedule CreateSchedule(IDiffusionScheduler scheduler, int? steps, JsonNode? arguments)
    {
        var timesteps = arguments?["timesteps"]?.AsArray();
        var original = (int?)arguments?["original_inference_steps"];
        var strength = (double?)arguments?["strength"];
        return scheduler switch
        {
            DpmSolverMultistepScheduler dpm when timesteps is not null => dpm.CreateSchedule(Integers(timesteps)),
            DdpmScheduler ddpm when timesteps is not null => ddpm.CreateSchedule(Integers(timesteps)),
            LcmScheduler lcm when timesteps is not null => lcm.CreateSchedule(Integers(timesteps)),
            LcmScheduler lcm when original is not null || strength is not null =>
                lcm.CreateSchedule(steps!.Value, original ?? LcmSchedulerOptions.DefaultOriginalInferenceSteps, strength ?? 1),
            HeunDiscreteScheduler heun when timesteps is not null => heun.CreateSchedule(Doubles(timesteps)),
            EulerDiscreteScheduler euler when timesteps is not null => euler.CreateSchedule(Doubles(timesteps)),
            EulerDiscreteScheduler euler when arguments?["sigmas"] is { } sigmas => euler.CreateScheduleFromSigmas(Doubles(sigmas.AsArray())),
            _ => scheduler.CreateSchedule(steps!.Value),
        };
    }

    public static StepOptions StepOptions(JsonNode? step) => new()
    {
        Eta = (double?)step?["eta"] ?? 0,
        UseClippedModelOutput = (bool?)step?["use_clipped_model_output"] ?? false,
        Churn = (double?)step?["s_churn"] ?? 0,
        ChurnMin = (double?)step?["s_tmin"] ?? 0,
        ChurnMax = (double?)step?["s_tmax"] ?? double.PositiveInfinity,
        ChurnNoise = (double?)step?["s_noise"] ?? 1,
    };

    private static int[] Integers(JsonArray values) => [.. values.Select(value => (int)value!)];

    private static double[] Doubles(JsonArray values) => [.. values.Select(value => (double)value!)];
}
