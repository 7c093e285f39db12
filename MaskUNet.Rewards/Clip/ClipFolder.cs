namespace MaskUNet.Rewards.Clip;

/// <summary>The files of a published CLIP model, in transformers' layout or open_clip's.</summary>
internal static class ClipFolder
{
    private static readonly string[] Configs = ["config.json", "open_clip_config.json"];

    private static readonly string[] Weights =
    [
        "model.safetensors", "model.safetensors.index.json", "pytorch_model.bin", "pytorch_model.bin.index.json",
        "open_clip_model.safetensors", "open_clip_pytorch_model.bin",
    ];

    /// <summary>Whether a path is a folder with a model's configuration.</summary>
    public static bool IsDescribed(string path) => Configs.Any(name => File.Exists(Path.Combine(path, name)));

    /// <summary>The paths of a model's configuration and weights.</summary>
    /// <exception cref="CheckpointException">One of them is not there.</exception>
    public static (string Config, string Weights) Find(string folder) => (Find(folder, Configs), Find(folder, Weights));

    private static string Find(string folder, string[] names) =>
        names.Select(name => Path.Combine(folder, name)).FirstOrDefault(File.Exists)
        ?? throw new CheckpointException($"The folder {folder} holds no CLIP model: it has none of {string.Join(", ", names)}. Fetch it again.");
}
