using System.Text.Json;
using MaskUNet.Checkpoints;
using MaskUNet.Images;
using MaskUNet.Shapes.Scenes;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Shapes.TrainRewards;

/// <summary>Pictures of 64 x 64 px, the prompt that each was made for, and the oracle's grade; kept in one file.</summary>
internal sealed record GradedPictures(IReadOnlyList<string> Prompts, IReadOnlyList<RgbImage> Pictures, IReadOnlyList<float> Grades)
{
    private const string PromptsKey = "prompts", PicturesKey = "pictures", GradesKey = "grades";

    public static GradedPictures Judge(IReadOnlyList<string> prompts, IReadOnlyList<RgbImage> pictures) => new(
        prompts, pictures, [.. prompts.Zip(pictures).AsParallel().AsOrdered().Select(one => OracleGrade.Of(one.First, one.Second))]);

    public static GradedPictures Join(IReadOnlyList<GradedPictures> parts) => new(
        [.. parts.SelectMany(part => part.Prompts)], [.. parts.SelectMany(part => part.Pictures)], [.. parts.SelectMany(part => part.Grades)]);

    /// <summary>Those of some prompts, by the prompts' numbers.</summary>
    public GradedPictures OfPrompts(Range prompts)
    {
        var range = new Range(prompts.Start.Value * DrawingStage.PicturesOfPrompt, prompts.End.Value * DrawingStage.PicturesOfPrompt);
        return new([.. Prompts.Take(range)], [.. Pictures.Take(range)], [.. Grades.Take(range)]);
    }

    public static GradedPictures Load(string path)
    {
        using var scope = NewDisposeScope();
        using var file = new SafetensorsFile(path);
        var pixels = file.Read(PicturesKey).bytes.ToArray();
        var pictures = pixels.Chunk(3 * Scene.Size * Scene.Size).Select(picture => new RgbImage(Scene.Size, Scene.Size, picture)).ToList();
        return new GradedPictures(JsonSerializer.Deserialize<string[]>(file.Metadata[PromptsKey])!, pictures, file.Read(GradesKey).data<float>().ToArray());
    }

    public void Save(string path)
    {
        using var scope = NewDisposeScope();
        var pixels = tensor(Pictures.SelectMany(picture => picture.Pixels.ToArray()).ToArray(), [Pictures.Count, Scene.Size, Scene.Size, 3], dtype: ScalarType.Byte);
        SafetensorsWriter.Write(
            path,
            new Dictionary<string, Tensor> { [PicturesKey] = pixels, [GradesKey] = tensor(Grades.ToArray()) },
            new Dictionary<string, string> { [PromptsKey] = JsonSerializer.Serialize(Prompts) });
    }
}
