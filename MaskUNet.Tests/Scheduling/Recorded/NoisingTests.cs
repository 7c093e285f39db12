using MaskUNet.Scheduling;
using MaskUNet.Tests.TestSupport;
using static TorchSharp.torch;

namespace MaskUNet.Tests.Scheduling.Recorded;

public class NoisingTests
{
    private const double Float32 = 1e-6;

    public static IEnumerable<object[]> Cases => Fixtures.Has(RecordedScheduler.Area)
        ? Fixtures.Json(RecordedScheduler.Area, "noising.json").AsArray().Select((c, i) => new object[] { i, (string)c!["class"]!, (int?)c["set_timesteps"] ?? 0 })
        : [];

    [FixtureTheory(RecordedScheduler.Area)]
    [MemberData(nameof(Cases))]
    public void Noise_velocities_and_scaled_inputs_are_the_references(int index, string className, int steps)
    {
        using var scope = NewDisposeScope();
        var recorded = Fixtures.Json(RecordedScheduler.Area, "noising.json")[index]!;
        var tensors = RecordedScheduler.Tensors("noising");
        var (clean, noise) = (tensors["clean"], tensors["noise"]);
        var scheduler = (DiffusionScheduler)RecordedScheduler.Create(className, recorded["config"]);
        double[] timesteps = [.. recorded["timesteps"]!.AsArray().Select(t => (double)t!)];

        var noised = steps > 0 ? WithinSchedule(scheduler, steps, clean, noise, timesteps) : BeforeSchedule(scheduler, clean, noise, timesteps);
        noised.ShouldMatch(tensors[(string)recorded["add_noise"]!], Float32, "noised samples");
        if ((string?)recorded["get_velocity"] is { } velocity)
        {
            scheduler.NoiseSchedule.GetVelocity(clean, noise, VelocityTimesteps(scheduler, steps, timesteps)).ShouldMatch(tensors[velocity], Float32, "velocities");
        }

        if (recorded["scale_model_input"] is { } scaled)
        {
            var schedule = scheduler.CreateSchedule(steps);
            scheduler.ScaleModelInput(scheduler.Start(schedule, schedule.IndexOf((double)scaled["timestep"]!)), clean)
                .ShouldMatch(tensors[(string)scaled["tensor"]!], Float32, "the model's input");
        }
    }

    private static Tensor WithinSchedule(DiffusionScheduler scheduler, int steps, Tensor clean, Tensor noise, double[] timesteps)
    {
        var schedule = scheduler.CreateSchedule(steps);
        return cat([.. timesteps.Select((t, i) => scheduler.AddNoise(clean[i..(i + 1)], noise[i..(i + 1)], scheduler.Start(schedule, schedule.IndexOf(t))))]);
    }

    // Before set_timesteps the reference's DPM-Solver and UniPC have their noise levels ascending but their timesteps descending, and so
    // find the level of the timestep at the other end.
    private static Tensor BeforeSchedule(DiffusionScheduler scheduler, Tensor clean, Tensor noise, double[] timesteps)
    {
        int[] whole = [.. timesteps.Select(t => (int)t)];
        return scheduler switch
        {
            VarianceExplodingScheduler => clean + (noise * tensor(whole.Select(t => scheduler.NoiseSchedule.Sigmas[t]).ToArray()).reshape(-1, 1, 1, 1)),
            SigmaScheduler => scheduler.NoiseSchedule.AddNoise(clean, noise, [.. whole.Select(t => scheduler.TrainTimesteps - 1 - t)]),
            _ => scheduler.NoiseSchedule.AddNoise(clean, noise, whole),
        };
    }

    // The reference's Euler takes the velocity at the index of a timestep in place of the timestep.
    private static int[] VelocityTimesteps(DiffusionScheduler scheduler, int steps, double[] timesteps) => scheduler is TimestepScheduler
        ? [.. timesteps.Select(t => (int)t)]
        : [.. timesteps.Select(t => scheduler.CreateSchedule(steps > 0 ? steps : scheduler.TrainTimesteps).IndexOf(t))];
}
