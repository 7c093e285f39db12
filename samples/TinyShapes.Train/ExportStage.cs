using System.Text.Json;
using MaskUNet.Checkpoints;
using MaskUNet.Latents;
using MaskUNet.Prompting.Clip;
using MaskUNet.Scheduling;
using MaskUNet.UNet;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Shapes.Train;

/// <summary>Writes the model folder in half precision: a diffusers folder, and the rest of the small CLIP beside it.</summary>
internal static class ExportStage
{
    public static void Run(string folder, string clipFolder, AutoencoderKL vae, ClipTextEncoder textEncoder, UNet2DConditionModel unet)
    {
        var scheduler = new DdimScheduler(Recipe.Scheduler).Config ?? throw new MaskUNetException("A scheduler knows no configuration of its own.");
        StableDiffusionFolder.Save(folder, unet, vae, textEncoder, ClipStage.TokenizerFolder(clipFolder), scheduler);
        var path = Path.Combine(folder, "clip");
        Directory.CreateDirectory(path);
        File.WriteAllText(Path.Combine(path, "config.json"), JsonSerializer.Serialize(ClipFiles.Config(Recipe.Clip(textEncoder.Tokenizer)), ClipFiles.Indented) + "\n");
        using var weights = new SafetensorsFile(ClipStage.Weights(clipFolder));
        using var scope = NewDisposeScope();
        var kept = weights.Entries.Keys.Where(key => !key.StartsWith(ClipStage.TextPrefix, StringComparison.Ordinal))
            .ToDictionary(key => key, key => weights.Read(key).to(ScalarType.Float16), StringComparer.Ordinal);
        SafetensorsWriter.Write(Path.Combine(path, "model.safetensors"), kept, new Dictionary<string, string> { ["format"] = "pt" });
        Console.WriteLine($"model: {Directory.GetFiles(folder, "*", SearchOption.AllDirectories).Sum(file => new FileInfo(file).Length)} bytes in {folder}");
    }
}
