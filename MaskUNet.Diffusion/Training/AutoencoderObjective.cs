namespace MaskUNet.Training;

/// <summary>
/// What an <see cref="AutoencoderTrainer"/> minimises, pictures being in [-1, 1]: a weighted sum of reconstruction errors, and a pull of the
/// latents towards a standard normal distribution, as latent diffusion has it (without its perceptual and adversarial terms, which need
/// networks of their own).
/// </summary>
public sealed record AutoencoderObjective
{
    /// <summary>Weight of the mean absolute error; 1 by default.</summary>
    public double AbsoluteWeight { get; init; } = 1;

    /// <summary>Weight of the mean squared error; 0 by default.</summary>
    public double SquaredWeight { get; init; }

    /// <summary>Weight of the mean absolute error of the differences between neighbours, which keeps edges sharp; 0 by default.</summary>
    public double EdgeWeight { get; init; }

    /// <summary>Weight of the Kullback-Leibler divergence to the standard normal, in mean nats a latent value; 1e-6 by default.</summary>
    public double DivergenceWeight { get; init; } = 1e-6;

    internal void Validate()
    {
        var problems = new OptionProblems();
        foreach (var (name, value) in Weights)
        {
            problems.Within(name, value >= 0 && double.IsFinite(value), value, "0 or more");
        }

        problems.Within("the sum of the errors' weights", AbsoluteWeight + SquaredWeight > 0, AbsoluteWeight + SquaredWeight, "above 0");
        problems.Refuse("the autoencoder's objective");
    }

    internal IEnumerable<(string Name, double Value)> Weights =>
    [
        (nameof(AbsoluteWeight), AbsoluteWeight),
        (nameof(SquaredWeight), SquaredWeight),
        (nameof(EdgeWeight), EdgeWeight),
        (nameof(DivergenceWeight), DivergenceWeight),
    ];
}
