using System.Text.Json.Serialization;

namespace MaskUNet.Samples.Results;

/// <summary>The figures of what was drawn for a prompt and a seed: one picture, or all candidates of a choice. A line of the <see cref="Journal"/>.</summary>
/// <param name="Kind">How it was drawn: the kind's folder.</param>
/// <param name="Prompt">The prompt's number.</param>
/// <param name="Seed">Which picture of the prompt.</param>
/// <param name="Pictures">The pictures, the one from the common noise first.</param>
internal sealed record Drawing(string Kind, int Prompt, int Seed, IReadOnlyList<PictureFigures> Pictures)
{
    [JsonIgnore]
    public PictureKey Key => new(Prompt, Seed);
}
