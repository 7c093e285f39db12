namespace MaskUNet.Samples.Results;

/// <summary>What was drawn at once for a prompt and a seed: one picture, or all candidates of a choice. A line of the <see cref="Journal"/>.</summary>
/// <param name="Kind">How it was drawn.</param>
/// <param name="Prompt">The prompt's number.</param>
/// <param name="Seed">Which picture of the prompt.</param>
/// <param name="Seconds">What drawing took.</param>
/// <param name="RewardSeconds">What each reward took to score the pictures.</param>
/// <param name="Pictures">The pictures, the one from the common noise first.</param>
internal sealed record Drawing(
    string Kind, int Prompt, int Seed, double Seconds, IReadOnlyList<double> RewardSeconds, IReadOnlyList<PictureFigures> Pictures)
{
    public PictureKey Key => new(Prompt, Seed);
}
