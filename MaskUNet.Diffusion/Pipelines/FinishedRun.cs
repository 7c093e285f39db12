using MaskUNet.Images;
using MaskUNet.Masking;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet;

/// <summary>A Stable Diffusion run whose steps are done.</summary>
/// <param name="latents">The finished sample.</param>
/// <param name="prompts">The prompts, one an image.</param>
/// <param name="run">What the strategy kept.</param>
/// <param name="drawPlain">Draws without masks.</param>
/// <param name="decode">Decodes one picture of a sample.</param>
/// <param name="cancellation">The caller's.</param>
internal sealed class FinishedRun(
    Tensor latents,
    IReadOnlyList<string> prompts,
    MaskRun run,
    Func<IEnumerable<Tensor?>> drawPlain,
    Func<Tensor, int, RgbImage> decode,
    CancellationToken cancellation) : IFinishedRun
{
    public Tensor Latents => latents;

    public IReadOnlyList<string> Prompts => prompts;

    public MaskRun Run => run;

    public CancellationToken Cancellation => cancellation;

    public IEnumerable<Tensor?> DrawPlainInUnits() => drawPlain();

    public RgbImage DecodePicture(Tensor latents, int index) => decode(latents, index);
}
