using MaskUNet.Checkpoints;
using MaskUNet.Latents;
using MaskUNet.Prompting.Clip;
using MaskUNet.Rewards.Clip;
using MaskUNet.Runtime;
using MaskUNet.UNet;

namespace MaskUNet.Shapes.Train;

/// <summary>The stages in their order; those of training go on where they were stopped, and are skipped when their results are there.</summary>
internal sealed class Training(string folder, CancellationToken cancellation)
{
    public async Task RunAsync(Stage stage)
    {
        NativeTorch.EnsureLoaded();
        switch (stage)
        {
            case Stage.Autoencoder:
                (await AutoencoderAsync()).Dispose();
                break;
            case Stage.Clip:
                (await TextEncoderAsync()).Dispose();
                break;
            case Stage.UNet:
                await WithModelAsync((_, _, _) => Task.CompletedTask);
                break;
            case Stage.Export:
                await WithModelAsync((vae, textEncoder, unet) =>
                {
                    ExportStage.Run(Of("model"), Of("clip"), vae, textEncoder, unet);
                    return Task.CompletedTask;
                });
                break;
            default:
                await EvaluateAsync();
                break;
        }
    }

    private Task<AutoencoderKL> AutoencoderAsync() => AutoencoderStage.RunAsync(Of("autoencoder"), cancellation);

    private Task<ClipTextEncoder> TextEncoderAsync() => ClipStage.RunAsync(Of("clip"), cancellation);

    private async Task WithModelAsync(Func<AutoencoderKL, ClipTextEncoder, UNet2DConditionModel, Task> action)
    {
        using var vae = await AutoencoderAsync();
        using var textEncoder = await TextEncoderAsync();
        using var unet = await new DenoiserStage(Of("unet"), Of("unet-refined"), vae, textEncoder, cancellation).RunAsync();
        await action(vae, textEncoder, unet);
    }

    // What is measured is what is shipped: the folder in half precision.
    private async Task EvaluateAsync()
    {
        var model = Of("model");
        using var pipeline = await new MaskUNetBuilder().UseStableDiffusion(model).BuildAsync(cancellation);
        using var files = StableDiffusionFiles.Open(model);
        using var vae = new AutoencoderKL(AutoencoderKLConfig.Parse(files.Vae.Config), files.Vae.Weights);
        using var weights = new SafetensorsFile(ClipStage.Weights(Of("clip")));
        var tokenizer = files.LoadTokenizer();
        using var clip = new ClipModel(Recipe.Clip(tokenizer), weights);
        LossPlot.SaveAll(Path.Combine(Of("evaluation"), "losses.png"), ("Autoencoder", Of("autoencoder")), ("Small CLIP", Of("clip")), ("U-Net", Of("unet")), ("U-Net, refined", Of("unet-refined")));
        await EvaluationStage.RunAsync(Of("evaluation"), model, pipeline, clip, tokenizer, AutoencoderStage.Psnr(vae), cancellation);
    }

    private string Of(string stage) => Path.Combine(folder, stage);
}
