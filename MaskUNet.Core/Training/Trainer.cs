using System.Diagnostics;
using System.Globalization;
using MaskUNet.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Training;

/// <summary>
/// Trains a model with AdamW: the loop that all trainers share. A trainer says which parameters there are and what the loss of a batch is;
/// steps, gradients, clipping, mean weights, metrics, checkpoints and going on from them are the same for all.
/// </summary>
/// <remarks>
/// <para>The work runs on a thread of its own, one step a unit. With <see cref="TrainingOptions.Folder"/>, a run that was cancelled or killed goes
/// on from its last checkpoint and comes, on the same machine and number of threads, to the same bits as one that never stopped: all
/// randomness follows from the seed and the step's number.</para>
/// <para>One run at a time. The model may not be used elsewhere meanwhile. It stays its owner's.</para>
/// </remarks>
public abstract class Trainer
{
    private const int LossWindow = 100;

    private int running;

    /// <summary>Prepares a training.</summary>
    /// <param name="options">How to train.</param>
    /// <exception cref="InvalidOptionException">An option is out of range; the message names all that are.</exception>
    protected Trainer(TrainingOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        Options = options;
    }

    /// <summary>How it trains.</summary>
    public TrainingOptions Options { get; }

    /// <summary>What is trained, for messages.</summary>
    protected abstract string Name { get; }

    /// <summary>The tensors that are trained, by name; at least one, float32, the same ones throughout.</summary>
    protected abstract IReadOnlyDictionary<string, Tensor> Parameters { get; }

    /// <summary>What, besides the options, must be the same for a run to go on from a checkpoint, by name; nothing by default.</summary>
    protected virtual IReadOnlyDictionary<string, string> Settings => new Dictionary<string, string>();

    /// <summary>The loss of a batch; called with gradients recorded, in a dispose scope of its own.</summary>
    /// <param name="step">The batch, and its random numbers.</param>
    /// <returns>A single number, the mean over the batch.</returns>
    protected abstract Tensor Loss(TrainingStep step);

    /// <summary>
    /// The group of a parameter whose gradients' 2-norm, before clipping, goes to the metrics as <c>gradient_norm GROUP</c>; null, the
    /// default, for none.
    /// </summary>
    /// <param name="parameter">A name of <see cref="Parameters"/>.</param>
    protected virtual string? GradientGroup(string parameter) => null;

    /// <summary>Trains until <see cref="TrainingOptions.Steps"/> are done, from the folder's checkpoint on if there is one.</summary>
    /// <param name="progress">Told after every step.</param>
    /// <param name="cancellationToken">Looked at between steps; a checkpoint of the steps done is written first.</param>
    /// <returns>What it came to; the weights, or their means where <see cref="TrainingOptions.EmaDecay"/> is set, are in the model.</returns>
    /// <exception cref="CheckpointException">A checkpoint or the metrics cannot be read or written, or belong to another training.</exception>
    /// <exception cref="NumericalException">The loss or its gradients became NaN or infinite.</exception>
    /// <exception cref="MaskUNetException">The trainer is running already.</exception>
    public async Task<TrainingResult> RunAsync(IProgress<TrainingProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        if (Interlocked.Exchange(ref running, 1) != 0)
        {
            throw new MaskUNetException($"The training of {Name} is running already: await it, or make another trainer.");
        }

        try
        {
            using var thread = new NativeThread($"MaskUNet training of {Name}");
            return await thread.RunAsync(Steps(progress), cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (NativeFailure.Is(e))
        {
            throw NativeFailure.Explain(e, $"training {Name}");
        }
        finally
        {
            Volatile.Write(ref running, 0);
        }
    }

    private IEnumerable<TrainingResult?> Steps(IProgress<TrainingProgress>? progress)
    {
        using var run = new TrainingRun(Name, Parameters, Options, AllSettings(), GradientGroup);
        var resumedFrom = run.Resume();
        yield return null;

        var clock = Stopwatch.StartNew();
        var losses = new Queue<double>();
        while (run.StepsDone < Options.Steps)
        {
            var began = clock.Elapsed;
            var (loss, norm, metrics) = run.Step(Loss);
            losses.Enqueue(loss);
            if (losses.Count > LossWindow)
            {
                losses.Dequeue();
            }

            var state = Describe(run, loss, norm, metrics, clock.Elapsed, run.StepsDone - resumedFrom);
            run.Keep(state, (clock.Elapsed - began).TotalSeconds);
            progress?.Report(state);
            yield return null;
        }

        run.Finish();
        yield return new TrainingResult(run.StepsDone, resumedFrom, losses.Count > 0 ? losses.Average() : double.NaN, clock.Elapsed);
    }

    private TrainingProgress Describe(
        TrainingRun run, double loss, double norm, IReadOnlyDictionary<string, double> metrics, TimeSpan elapsed, long stepsOfThisRun)
    {
        var pace = stepsOfThisRun / elapsed.TotalSeconds;
        return new TrainingProgress(
            run.StepsDone,
            Options.Steps,
            loss,
            LearningRate.At(Options, run.StepsDone - 1),
            norm,
            elapsed,
            TimeSpan.FromSeconds((Options.Steps - run.StepsDone) / pace),
            pace * Options.BatchSize * Options.Accumulation)
        { Metrics = metrics };
    }

    private Dictionary<string, string> AllSettings()
    {
        var settings = new Dictionary<string, string>(Settings, StringComparer.Ordinal);
        void Add(string name, object? value) => settings[name] = string.Create(CultureInfo.InvariantCulture, $"{value ?? "none"}");
        Add("trainer", GetType().Name);
        Add(nameof(Options.BatchSize), Options.BatchSize);
        Add(nameof(Options.Accumulation), Options.Accumulation);
        Add(nameof(Options.LearningRate), Options.LearningRate);
        Add(nameof(Options.Decay), Options.Decay);
        Add(nameof(Options.WarmupSteps), Options.WarmupSteps);
        Add(nameof(Options.WeightDecay), Options.WeightDecay);
        Add(nameof(Options.Beta1), Options.Beta1);
        Add(nameof(Options.Beta2), Options.Beta2);
        Add(nameof(Options.Epsilon), Options.Epsilon);
        Add(nameof(Options.MaxGradientNorm), Options.MaxGradientNorm);
        Add(nameof(Options.EmaDecay), Options.EmaDecay);
        Add(nameof(Options.Seed), Options.Seed);
        return settings;
    }
}
