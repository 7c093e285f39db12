using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using MaskUNet.Latents;
using MaskUNet.Prompting.Clip;
using MaskUNet.Runtime;
using MaskUNet.Scheduling;
using MaskUNet.UNet;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Checkpoints;

/// <summary>Writes a model as the diffusers folder that <see cref="StableDiffusionFiles.Open"/>, and any other reader of that format, takes.</summary>
public static class StableDiffusionFolder
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <summary>Writes the folder. Each file is replaced whole or not at all.</summary>
    /// <param name="folder">It is made if it is missing.</param>
    /// <param name="unet">The U-Net.</param>
    /// <param name="vae">The autoencoder.</param>
    /// <param name="textEncoder">The text encoder.</param>
    /// <param name="tokenizerFolder">Where the files of its tokenizer lie: <c>vocab.json</c>, <c>merges.txt</c> and the small ones beside them.</param>
    /// <param name="scheduler">The scheduler's configuration.</param>
    /// <param name="dataType">The type that weights are stored in; float16 by default.</param>
    /// <exception cref="CheckpointException">A file cannot be read or written.</exception>
    public static void Save(
        string folder,
        UNet2DConditionModel unet,
        AutoencoderKL vae,
        ClipTextEncoder textEncoder,
        string tokenizerFolder,
        SchedulerConfig scheduler,
        ScalarType dataType = ScalarType.Float16)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        ArgumentNullException.ThrowIfNull(unet);
        ArgumentNullException.ThrowIfNull(vae);
        ArgumentNullException.ThrowIfNull(textEncoder);
        ArgumentNullException.ThrowIfNull(tokenizerFolder);
        ArgumentNullException.ThrowIfNull(scheduler);
        try
        {
            SavePart("unet", "diffusion_pytorch_model.safetensors", DiffusersConfig.Of(unet.Config), unet.Weights);
            SavePart("vae", "diffusion_pytorch_model.safetensors", DiffusersConfig.Of(vae.Config), vae.Weights);
            SavePart("text_encoder", "model.safetensors", DiffusersConfig.Of(textEncoder.Config), textEncoder.Weights);
            Directory.CreateDirectory(Path.Combine(folder, "tokenizer"));
            foreach (var file in Directory.GetFiles(tokenizerFolder))
            {
                File.Copy(file, Path.Combine(folder, "tokenizer", Path.GetFileName(file)), overwrite: true);
            }

            SaveText(Path.Combine("scheduler", SchedulerConfig.FileName), scheduler.ToString());
            SaveText("model_index.json", DiffusersConfig.Index(scheduler).ToJsonString(Indented));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CheckpointException($"The model cannot be written to '{folder}': {e.Message}", e);
        }

        void SavePart(string part, string file, JsonObject config, IReadOnlyDictionary<string, Tensor> weights)
        {
            SaveText(Path.Combine(part, "config.json"), config.ToJsonString(Indented));
            using var scope = NewDisposeScope();
            SafetensorsWriter.Write(
                Path.Combine(folder, part, file),
                weights.ToDictionary(pair => pair.Key, pair => pair.Value.detach().to(dataType), StringComparer.Ordinal),
                new Dictionary<string, string> { ["format"] = "pt" });
        }

        void SaveText(string name, string text)
        {
            var path = Path.Combine(folder, name);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            AtomicFile.Write(path, text + "\n", (file, content) => file.Write(Encoding.UTF8.GetBytes(content)));
        }
    }
}
