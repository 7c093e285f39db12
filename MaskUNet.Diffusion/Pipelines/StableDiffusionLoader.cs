using System.Text.Json.Nodes;
using MaskUNet.Checkpoints;
using MaskUNet.Latents;
using MaskUNet.Prompting.Clip;
using MaskUNet.Scheduling;
using MaskUNet.UNet;

namespace MaskUNet;

/// <summary>Loads Stable Diffusion 1.x and 2.x.</summary>
/// <param name="path">A diffusers folder.</param>
internal sealed class StableDiffusionLoader(string path) : IPipelineLoader
{
    public IEnumerable<string> Problems()
    {
        if (!Path.Exists(path))
        {
            yield return $"There is no model at '{path}'; give the path of a diffusers folder, a .safetensors or a .ckpt file.";
        }
    }

    public IImagePipeline Load(PipelineParts parts, CancellationToken cancellationToken)
    {
        var schedulerConfig = SchedulerConfig.Load(Path.Combine(path, "scheduler"));
        var scheduler = parts.Scheduler?.Invoke(schedulerConfig) ?? SchedulerFactory.Create(schedulerConfig);
        using var textWeights = WeightFile.Open(Path.Combine(path, "text_encoder", "model.safetensors"));
        var text = new ClipTextEncoder(
            ClipTokenizer.Load(Path.Combine(path, "tokenizer")), ClipTextConfig.Load(Path.Combine(path, "text_encoder", "config.json")), textWeights, parts.DataType, parts.Device);
        cancellationToken.ThrowIfCancellationRequested();
        var unetConfig = Path.Combine(path, "unet", "config.json");
        using var unetWeights = WeightFile.Open(Path.Combine(path, "unet", "diffusion_pytorch_model.safetensors"));
        var unet = new UNet2DConditionModel(
            UNet2DConditionConfig.FromJson(JsonNode.Parse(File.ReadAllText(unetConfig))!.AsObject(), unetConfig), unetWeights, parts.DataType, parts.Device);
        cancellationToken.ThrowIfCancellationRequested();
        using var vaeWeights = WeightFile.Open(Path.Combine(path, "vae", "diffusion_pytorch_model.safetensors"));
        var vae = new AutoencoderKL(AutoencoderKLConfig.Load(Path.Combine(path, "vae", "config.json")), vaeWeights, parts.DataType, parts.Device);
        return new StableDiffusionPipeline(text, unet, vae, scheduler, parts.Masks, unet.Config.SampleSize, parts.Thread);
    }
}
