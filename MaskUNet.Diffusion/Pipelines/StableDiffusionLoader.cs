using MaskUNet.Checkpoints;
using MaskUNet.Latents;
using MaskUNet.Prompting.Clip;
using MaskUNet.Scheduling;
using MaskUNet.UNet;

namespace MaskUNet;

/// <summary>Loads Stable Diffusion 1.x and 2.x from a diffusers folder or a single file.</summary>
internal sealed class StableDiffusionLoader(string path, StableDiffusionFilesOptions options, TilingOptions tiling) : IPipelineLoader
{
    public IEnumerable<string> Problems()
    {
        foreach (var found in StableDiffusionFiles.Problems(path, options))
        {
            yield return found;
        }

        if (options.ConfigFolder is { } configs && !Directory.Exists(configs))
        {
            yield return $"ConfigFolder is '{configs}', where there is no folder; correct the path, or leave it out.";
        }

        if (options.TokenizerFolder is { } tokenizer && !Directory.Exists(tokenizer))
        {
            yield return $"TokenizerFolder is '{tokenizer}', where there is no folder; correct the path, or leave it out.";
        }

        if (tiling.Problem is { } problem)
        {
            yield return problem;
        }
    }

    public IImagePipeline Load(PipelineParts parts, CancellationToken cancellationToken)
    {
        using var files = StableDiffusionFiles.Open(path, options);
        var scheduler = parts.Scheduler?.Invoke(files.SchedulerConfig) ?? SchedulerFactory.Create(files.SchedulerConfig);
        var built = new Stack<IDisposable>();
        try
        {
            var text = Built(new ClipTextEncoder(
                files.LoadTokenizer(), ClipTextConfig.Parse(files.TextEncoder.Config, files.TextEncoder.Weights.Name), Until(files.TextEncoder), parts.DataType, parts.Device));
            var unet = Built(new UNet2DConditionModel(
                UNet2DConditionConfig.Parse(files.UNet.Config, files.UNet.Weights.Name), Until(files.UNet), parts.DataType, parts.Device));
            var vae = Built(new AutoencoderKL(
                AutoencoderKLConfig.Parse(files.Vae.Config, files.Vae.Weights.Name), Until(files.Vae), parts.DataType, parts.Device, tiling));
            return new StableDiffusionPipeline(text, unet, vae, scheduler, parts.Masks, unet.Config.SampleSize, parts.Thread);
        }
        catch
        {
            foreach (var part in built)
            {
                part.Dispose();
            }

            throw;
        }

        CancellableWeights Until(ModelPart part) => new(part.Weights, cancellationToken);

        T Built<T>(T part)
            where T : IDisposable
        {
            built.Push(part);
            return part;
        }
    }
}
