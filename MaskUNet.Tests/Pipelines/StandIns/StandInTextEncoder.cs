using MaskUNet.Prompting;
using static TorchSharp.torch;

namespace MaskUNet.Tests.Pipelines.StandIns;

internal sealed class StandInTextEncoder : ITextEncoder
{
    public TextEmbedding Encode(IReadOnlyList<string> prompts, int clipSkip = 0) =>
        new(zeros(prompts.Count, 77, 1), [.. prompts.Select(_ => "")]);

    public void Dispose()
    {
    }
}
