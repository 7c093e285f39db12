using MaskUNet.Checkpoints;
using MaskUNet.Latents;
using MaskUNet.Prompting.Clip;
using MaskUNet.Tests.Pipelines;
using MaskUNet.Tests.TestSupport;
using MaskUNet.UNet;
using static TorchSharp.torch;

namespace MaskUNet.Tests.Checkpoints;

[LeavesNoTensors]
public sealed class StableDiffusionFolderTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [FixtureTheory(TinyPipelines.Area)]
    [MemberData(nameof(TinyPipelines.Names), MemberType = typeof(TinyPipelines))]
    public async Task A_model_that_was_written_draws_the_same_pictures(string name)
    {
        using (var files = StableDiffusionFiles.Open(TinyPipelines.Folder(name)))
        using (var unet = new UNet2DConditionModel(UNet2DConditionConfig.Parse(files.UNet.Config), files.UNet.Weights))
        using (var vae = new AutoencoderKL(AutoencoderKLConfig.Parse(files.Vae.Config), files.Vae.Weights))
        using (var text = new ClipTextEncoder(files.LoadTokenizer(), ClipTextConfig.Parse(files.TextEncoder.Config), files.TextEncoder.Weights))
        {
            StableDiffusionFolder.Save(folder["model"], unet, vae, text, Path.Combine(TinyPipelines.Folder(name), "tokenizer"), files.SchedulerConfig, ScalarType.Float32);
        }

        var request = new ImageRequest("a red cat") { Seed = 1, Steps = 3 };
        using var original = await TinyPipelines.Builder(name).BuildAsync();
        using var written = await new MaskUNetBuilder().UseStableDiffusion(folder["model"]).BuildAsync();
        (await written.PixelsAsync(request)).Should().Equal(await original.PixelsAsync(request));
    }
}
