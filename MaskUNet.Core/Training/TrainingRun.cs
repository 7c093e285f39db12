using MaskUNet.Checkpoints;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Training;

/// <summary>The state of one run of a <see cref="Trainer"/>; for the thread that trains.</summary>
/// <remarks>Disposing after steps that no checkpoint holds writes one, unless a step failed.</remarks>
internal sealed class TrainingRun : IDisposable
{
    private readonly string name;
    private readonly TrainingOptions options;
    private readonly IReadOnlyDictionary<string, Tensor> parameters;
    private readonly Func<string, string?> gradientGroup;
    private readonly AdamW optimizer;
    private readonly WeightAverage? average;
    private readonly TrainingCheckpoint? checkpoint;
    private readonly MetricsFile? metricsFile;
    private readonly Dictionary<string, IReadOnlyDictionary<string, Tensor>> state;
    private long stepsSaved;
    private bool failed;

    public TrainingRun(
        string name,
        IReadOnlyDictionary<string, Tensor> parameters,
        TrainingOptions options,
        IReadOnlyDictionary<string, string> settings,
        Func<string, string?> gradientGroup)
    {
        (this.name, this.options, this.parameters, this.gradientGroup) = (name, options, parameters, gradientGroup);
        if (options.Folder is { } folder)
        {
            TrainingFolder.Create(folder);
            checkpoint = new TrainingCheckpoint(folder, settings);
            metricsFile = new MetricsFile(folder);
        }

        optimizer = new AdamW(parameters, options);
        average = options.EmaDecay is { } decay ? new WeightAverage(parameters, decay) : null;
        state = new()
        {
            ["weights"] = parameters,
            ["first_moments"] = optimizer.FirstMoments,
            ["second_moments"] = optimizer.SecondMoments,
        };
        if (average is not null)
        {
            state["means"] = average.Means;
        }
    }

    public long StepsDone { get; private set; }

    /// <summary>Goes on from the checkpoint, if there is one.</summary>
    /// <returns>The steps that were done.</returns>
    public long Resume()
    {
        StepsDone = stepsSaved = checkpoint?.Load(state) ?? 0;
        metricsFile?.TruncateAfter(StepsDone);
        foreach (var parameter in parameters.Values)
        {
            parameter.requires_grad = true;
        }

        return StepsDone;
    }

    /// <summary>One optimiser step.</summary>
    /// <returns>The loss, the norm of the gradients before clipping, and what the trainer noted.</returns>
    public (double Loss, double Norm, IReadOnlyDictionary<string, double> Metrics) Step(Func<TrainingStep, Tensor> lossOf)
    {
        failed = true;
        using var scope = NewDisposeScope();
        ParameterGradients.Clear(parameters);
        var (loss, metrics) = (0.0, new Dictionary<string, double>(StringComparer.Ordinal));
        for (var part = 0; part < options.Accumulation; part++)
        {
            loss += Accumulate(part, lossOf, metrics);
        }

        var gradients = ParameterGradients.Of(parameters);
        foreach (var group in gradients.Where(gradient => gradientGroup(gradient.Key) is not null).GroupBy(gradient => gradientGroup(gradient.Key)))
        {
            metrics[$"gradient_norm {group.Key}"] = ParameterGradients.Norm(group.Select(gradient => gradient.Value));
        }

        var norm = ParameterGradients.Clip(gradients, options.MaxGradientNorm, StepsDone + 1);
        optimizer.Step(gradients, StepsDone + 1, LearningRate.At(options, StepsDone));
        average?.Update(StepsDone + 1);
        StepsDone++;
        failed = false;
        return (loss, norm, metrics);
    }

    /// <summary>Notes the step, and does what is due after it.</summary>
    public void Keep(TrainingProgress progress, double seconds)
    {
        metricsFile?.Add(progress, seconds);
        var last = StepsDone == options.Steps;
        if (StepsDone % options.CheckpointEvery == 0 || last)
        {
            Save();
        }

        if (options.Sample is { } sample && (StepsDone % options.SampleEvery == 0 || last))
        {
            WithMeans(() => sample(progress));
        }
    }

    /// <summary>Leaves the mean weights in the model.</summary>
    public void Finish()
    {
        if (average is not null)
        {
            NamedTensors.Copy(average.Means, parameters);
        }
    }

    public void Dispose()
    {
        try
        {
            if (!failed && StepsDone > stepsSaved)
            {
                Save();
            }
        }
        finally
        {
            foreach (var parameter in parameters.Values)
            {
                parameter.requires_grad = false;
            }

            optimizer.Dispose();
            average?.Dispose();
        }
    }

    private double Accumulate(int part, Func<TrainingStep, Tensor> lossOf, Dictionary<string, double> metrics)
    {
        using var scope = NewDisposeScope();
        using var step = new TrainingStep(options, StepsDone, part);
        using var recording = enable_grad();
        var loss = lossOf(step);
        var value = loss.item<float>();
        if (!float.IsFinite(value))
        {
            throw new NumericalException(
                $"The loss of {name} is {value} at step {StepsDone + 1}: take a smaller learning rate, or look for a damaged example. The last checkpoint is untouched.");
        }

        (options.Accumulation == 1 ? loss : loss / options.Accumulation).backward();
        foreach (var (metric, figure) in step.Metrics)
        {
            metrics[metric] = metrics.GetValueOrDefault(metric) + (figure / options.Accumulation);
        }

        return value / options.Accumulation;
    }

    private void Save()
    {
        // Metrics first: rows after the checkpoint are forgotten when a run goes on, rows before it would be missing.
        metricsFile?.Flush();
        checkpoint?.Save(StepsDone, state);
        stepsSaved = StepsDone;
    }

    private void WithMeans(Action action)
    {
        using var scope = NewDisposeScope();
        if (average is null)
        {
            action();
        }
        else
        {
            average.Borrow(action);
        }
    }
}
