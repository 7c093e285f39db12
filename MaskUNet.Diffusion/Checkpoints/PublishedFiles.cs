using System.Text.Json.Nodes;

namespace MaskUNet.Checkpoints;

/// <summary>What this library carries of the published models: the configurations that a single file leaves out.</summary>
internal static class PublishedFiles
{
    /// <summary>The configurations of Stable Diffusion 1.5 or 2.1 by part: <c>unet</c>, <c>vae</c>, <c>text_encoder</c>, <c>scheduler</c>.</summary>
    public static JsonObject Configs(CheckpointKind kind)
    {
        using var stream = Open(kind == CheckpointKind.StableDiffusion2 ? "stable-diffusion-2.json" : "stable-diffusion-1.json");
        return JsonNode.Parse(stream)!.AsObject();
    }

    /// <summary>Opens a file of the folder Published.</summary>
    public static Stream Open(string name) =>
        typeof(PublishedFiles).Assembly.GetManifestResourceStream($"MaskUNet.Checkpoints.Published.{name}")!;
}
