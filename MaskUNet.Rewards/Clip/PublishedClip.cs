using MaskUNet.Checkpoints;
using MaskUNet.Prompting.Clip;
using static TorchSharp.torch;

namespace MaskUNet.Rewards.Clip;

/// <summary>CLIP models from disk: folders that describe themselves, and single files whose sizes are those of a published model.</summary>
internal static class PublishedClip
{
    private const string VisionWidth = "visual.class_embedding", PatchWeight = "visual.conv1.weight";
    private const string VisionWidthOfTransformers = "vision_model.embeddings.class_embedding";
    private const string PatchWeightOfTransformers = "vision_model.embeddings.patch_embedding.weight";

    /// <summary>Any CLIP model.</summary>
    public static PublishedModel Clip { get; } = new(
        "CLIP",
        "a folder with config.json and model.safetensors (or open_clip_config.json and its weights), or a single file in the layout of open_clip",
        "https://huggingface.co/openai/clip-vit-large-patch14, https://huggingface.co/openai/clip-vit-base-patch32 and https://huggingface.co/laion",
        [CheckpointKind.Clip, CheckpointKind.OpenClip]);

    // OpenAI's models have QuickGELU, LAION's the exact GELU; by the width of the vision tower.
    private static readonly Dictionary<(long Width, long Patch), ClipConfig> Sizes = new()
    {
        [(768, 32)] = new ClipConfig(),
        [(1024, 14)] = new ClipConfig
        {
            Text = new() { HiddenSize = 768, IntermediateSize = 3072, Heads = 12 },
            Vision = new() { HiddenSize = 1024, IntermediateSize = 4096, Layers = 24, Heads = 16, PatchSize = 14 },
            ProjectionSize = 768,
        },
        [(1280, 14)] = HpsV2.Config,
        [(1408, 14)] = new ClipConfig
        {
            Text = HpsV2.Config.Text,
            Vision = new() { HiddenSize = 1408, IntermediateSize = 6144, Layers = 40, Heads = 16, Activation = ClipActivation.Gelu, PatchSize = 14 },
            ProjectionSize = 1024,
        },
    };

    /// <summary>Loads a model.</summary>
    /// <param name="published">What it should be.</param>
    /// <param name="path">A folder or a file.</param>
    /// <param name="config">The sizes of a single file; those of the published model of the same width where null.</param>
    /// <param name="dataType">The type to compute in.</param>
    /// <param name="device">The device to compute on.</param>
    public static ClipModel Load(PublishedModel published, string path, ClipConfig? config, ScalarType dataType, Device? device)
    {
        if (Directory.Exists(path))
        {
            var (description, weights) = Find(published, path);
            return published.Read(weights, file => new ClipModel(ClipConfig.Load(description), file, dataType, device));
        }

        return published.Read(published.Find(path), file => new ClipModel(config ?? SizesOf(file), file, dataType, device));
    }

    /// <summary>The tokenizer that lies with a model, or the one that all published models share.</summary>
    public static ClipTokenizer Tokenizer(string path, ClipTokenization tokenization)
    {
        const string Vocabulary = "vocab.json", Merges = "merges.txt";
        return File.Exists(Path.Combine(path, Vocabulary)) && File.Exists(Path.Combine(path, Merges))
            ? ClipTokenizer.Load(path, tokenization)
            : ClipTokenizer.Published(tokenization: tokenization);
    }

    private static (string Config, string Weights) Find(PublishedModel published, string folder)
    {
        try
        {
            return ClipFolder.Find(folder);
        }
        catch (CheckpointException)
        {
            published.Find(folder); // which says what the folder holds and what is expected
            throw;
        }
    }

    private static ClipConfig SizesOf(WeightFile file)
    {
        var width = file.Entries.GetValueOrDefault(VisionWidth) ?? file.Entries.GetValueOrDefault(VisionWidthOfTransformers);
        var patches = file.Entries.GetValueOrDefault(PatchWeight) ?? file.Entries.GetValueOrDefault(PatchWeightOfTransformers);
        return width?.Shape is [var channels] && patches?.Shape is [_, _, _, var size] && Sizes.TryGetValue((channels, size), out var config)
            ? config
            : throw new CheckpointException(
                $"{file.Name} has the sizes of none of the CLIP models ViT-B/32, ViT-L/14, ViT-H/14 and ViT-g/14: give a folder that describes it.");
    }
}
