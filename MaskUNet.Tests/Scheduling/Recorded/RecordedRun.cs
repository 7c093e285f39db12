using System.Text.Json.Nodes;
using MaskUNet.Scheduling;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Tests.Scheduling.Recorded;

/// <summary>A recorded case run anew, as the fixtures' README says.</summary>
internal sealed class RecordedRun
{
    private readonly IDiffusionScheduler scheduler;
    private readonly JsonNode recorded;
    private readonly SamplingSchedule schedule;
    private readonly BankNoise noise;
    private readonly int startIndex;
    private SchedulerState state;

    public RecordedRun(IDiffusionScheduler scheduler, SamplingSchedule schedule, JsonNode recorded, ScalarType type)
    {
        (this.scheduler, this.schedule, this.recorded) = (scheduler, schedule, recorded);
        startIndex = (int?)recorded["start_index"] ?? 0;
        var common = RecordedScheduler.Tensors("common");
        var start = common["start"].to(type);
        noise = new BankNoise(common["bank"].to(type));
        var beginIndex = (bool?)recorded["set_begin_index"] ?? true ? startIndex : schedule.IndexOf(schedule.Timesteps[startIndex]);
        state = Begin(beginIndex);
        First = recorded["start_index"] is null ? start * schedule.InitNoiseSigma : scheduler.AddNoise(common["clean"].to(type), start, state);
    }

    public Tensor First { get; }

    public List<Tensor> Latents { get; } = [];

    public List<Tensor> Predictions { get; } = [];

    public List<Tensor> Trials { get; } = [];

    public int NoiseDraws => noise.Draws;

    public void Go()
    {
        var latents = First;
        foreach (var timestep in schedule.Timesteps.Skip(startIndex))
        {
            var accepted = recorded["repeat"] is null ? Try(latents, timestep, 0) : Repeat(latents, timestep);
            state = accepted.State;
            latents = accepted.Sample;
            Latents.Add(latents);
            Predictions.Add(accepted.PredictedOriginal!);
        }
    }

    // kept: every evaluation begins from the state after the last accepted one; reset: from a run without history; index_only: from the
    // state after the evaluation before, with the index put back.
    private SchedulerStep Repeat(Tensor latents, double timestep)
    {
        var (mode, before) = ((string)recorded["repeat"]!, state);
        SchedulerStep? step = null;
        for (var round = 0; round < (int)recorded["rounds"]!; round++)
        {
            state = mode switch
            {
                "reset" => Begin(before.Index),
                "kept" => before,
                "index_only" => (step?.State ?? before) with { Index = before.Index },
                _ => throw new NotSupportedException(mode),
            };
            step = Try(latents, timestep, 0.1 * round);
            Trials.Add(step.Sample);
        }

        return step!;
    }

    private SchedulerStep Try(Tensor latents, double timestep, double shift) =>
        scheduler.Step(state, StandInModel.Predict(scheduler.ScaleModelInput(state, latents), timestep, shift), latents, noise);

    private SchedulerState Begin(int index) => scheduler.Start(schedule, index, RecordedScheduler.StepOptions(recorded["step"]));
}
