namespace MaskUNet.Training;

/// <summary>The learning rate of each step: a linear warm-up, then constant or half a cosine (as diffusers' <c>get_scheduler</c>).</summary>
internal static class LearningRate
{
    /// <param name="options">The training's.</param>
    /// <param name="step">Counted from 0.</param>
    public static double At(TrainingOptions options, long step)
    {
        if (step < options.WarmupSteps)
        {
            return options.LearningRate * step / options.WarmupSteps;
        }

        if (options.Decay == LearningRateDecay.Constant)
        {
            return options.LearningRate;
        }

        var progress = (step - options.WarmupSteps) / (double)Math.Max(1, options.Steps - options.WarmupSteps);
        return options.LearningRate * 0.5 * (1 + Math.Cos(Math.PI * progress));
    }
}
