using MaskUNet.Shapes.Prompts;
using MaskUNet.Shapes.Scenes;

namespace MaskUNet.Shapes.TrainRewards;

/// <summary>
/// The pictures of a prompt, drawn by the model and rendered, mirrored or moved a little; with the prompt, captions that read like it, parts of it,
/// and captions of what the oracle reads in the drawn ones.
/// </summary>
internal sealed class DrawnFamilies : IFamilies
{
    private const int Others = 2;

    private readonly (string Prompt, Lazy<SeenPicture[]> Pictures)[] prompts;
    private readonly double recolored;

    public DrawnFamilies(GradedPictures pictures, double recolored)
    {
        this.recolored = recolored;
        Name = $"{pictures.Pictures.Count} drawn pictures";
        prompts = [.. Enumerable.Range(0, pictures.Prompts.Count).GroupBy(i => pictures.Prompts[i])
            .Select(prompt => (prompt.Key, new Lazy<SeenPicture[]>(() => [.. prompt.Select(i => SeenPicture.Of(pictures.Pictures[i])).Where(seen => !seen.IsHeldOut)])))];
    }

    public string Name { get; }

    public Family this[long number]
    {
        get
        {
            var random = new Random((int)number);
            var (prompt, pictures) = prompts[random.Next(prompts.Length)];
            var variant = PictureVariant.Of(random.Next(PictureVariant.Count));
            var shown = random.NextDouble() < recolored ? [.. new Recoloring(random).Apply(pictures.Value)] : pictures.Value;
            IEnumerable<ScenePrompt> near =
            [
                .. NearPrompts.Others(prompt).OrderBy(_ => random.Next()).Take(Others),
                .. NearPrompts.Parts(ScenePrompt.Parse(prompt)),
                NearPrompts.Unseen(ScenePrompt.Parse(prompt)),
                .. NearPrompts.Read(shown.Select(picture => picture.Readings)),
            ];
            return new Family(
                [.. shown.Select(variant.Apply)],
                [.. near.Select(one => Scene.Of(one, number).Caption).Prepend(prompt).Select(variant.Apply).Distinct()]);
        }
    }
}
