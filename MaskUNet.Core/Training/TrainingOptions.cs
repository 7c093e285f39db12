namespace MaskUNet.Training;

/// <summary>How a <see cref="Trainer"/> trains: steps, optimiser, and what is kept on disk. The defaults of the optimiser are PyTorch's AdamW.</summary>
public sealed record TrainingOptions
{
    /// <summary>The number of optimiser steps; 1000 by default.</summary>
    public long Steps { get; init; } = 1000;

    /// <summary>Examples that go through the model at once; 16 by default.</summary>
    public int BatchSize { get; init; } = 16;

    /// <summary>Batches whose gradients are averaged for one optimiser step; 1 by default.</summary>
    public int Accumulation { get; init; } = 1;

    /// <summary>The largest learning rate, above 0; 1e-4 by default.</summary>
    public double LearningRate { get; init; } = 1e-4;

    /// <summary>How the learning rate goes on after the warm-up; constant by default.</summary>
    public LearningRateDecay Decay { get; init; }

    /// <summary>Steps in which the learning rate rises from 0 to <see cref="LearningRate"/>; none by default.</summary>
    public long WarmupSteps { get; init; }

    /// <summary>Decoupled weight decay (AdamW's), at least 0; 1e-2 by default.</summary>
    public double WeightDecay { get; init; } = 1e-2;

    /// <summary>Decay of the gradients' running mean, in [0, 1); 0.9 by default.</summary>
    public double Beta1 { get; init; } = 0.9;

    /// <summary>Decay of the squared gradients' running mean, in [0, 1); 0.999 by default.</summary>
    public double Beta2 { get; init; } = 0.999;

    /// <summary>Added to the root of the squared gradients' mean, above 0; 1e-8 by default.</summary>
    public double Epsilon { get; init; } = 1e-8;

    /// <summary>The gradients of all parameters together are scaled down to this 2-norm where they exceed it; 1 by default, null for never.</summary>
    public double? MaxGradientNorm { get; init; } = 1;

    /// <summary>
    /// Decay of the weights' running mean, in (0, 1); null (default) for none. At step n it is at most (1 + n) / (10 + n), as in diffusers'
    /// <c>EMAModel</c>. Samples, and the weights when the training ends, are the mean.
    /// </summary>
    public double? EmaDecay { get; init; }

    /// <summary>What all randomness comes from; 0 by default.</summary>
    public long Seed { get; init; }

    /// <summary>
    /// Where checkpoints and metrics are written; null (default) for nowhere. A run that finds its checkpoint there goes on from it, to the
    /// same numbers as if it had never stopped.
    /// </summary>
    public string? Folder { get; init; }

    /// <summary>A checkpoint is written after this many steps, at the end, and when the run is cancelled; 500 by default.</summary>
    public long CheckpointEvery { get; init; } = 500;

    /// <summary><see cref="Sample"/> is called after this many steps and at the end; 500 by default.</summary>
    public long SampleEvery { get; init; } = 500;

    /// <summary>
    /// Looks at the model while it is trained: draws pictures, measures. Called on the thread that trains, without gradients, with the mean
    /// weights (<see cref="EmaDecay"/>) in place. Null (default) for nobody.
    /// </summary>
    public Action<TrainingProgress>? Sample { get; init; }

    /// <summary>Checks every value.</summary>
    /// <exception cref="InvalidOptionException">Names all that are out of range.</exception>
    public void Validate()
    {
        var problems = new OptionProblems();
        problems.AtLeast(nameof(Steps), Steps, 1);
        problems.AtLeast(nameof(BatchSize), BatchSize, 1);
        problems.AtLeast(nameof(Accumulation), Accumulation, 1);
        problems.Above(nameof(LearningRate), LearningRate, 0);
        problems.Defined(nameof(Decay), Decay);
        problems.Within(nameof(WarmupSteps), WarmupSteps >= 0 && WarmupSteps <= Steps, WarmupSteps, $"0 to {Steps}, the number of steps");
        problems.Within(nameof(WeightDecay), WeightDecay >= 0 && double.IsFinite(WeightDecay), WeightDecay, "0 or more");
        problems.Within(nameof(Beta1), Beta1 is >= 0 and < 1, Beta1, "0 to below 1");
        problems.Within(nameof(Beta2), Beta2 is >= 0 and < 1, Beta2, "0 to below 1");
        problems.Above(nameof(Epsilon), Epsilon, 0);
        problems.Within(nameof(MaxGradientNorm), MaxGradientNorm is null or (> 0 and <= double.MaxValue), MaxGradientNorm, "above 0, or null");
        problems.Within(nameof(EmaDecay), EmaDecay is null or (> 0 and < 1), EmaDecay, "between 0 and 1, or null");
        problems.AtLeast(nameof(CheckpointEvery), CheckpointEvery, 1);
        problems.AtLeast(nameof(SampleEvery), SampleEvery, 1);
        problems.Refuse("training");
    }
}
