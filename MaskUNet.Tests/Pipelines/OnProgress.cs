namespace MaskUNet.Tests.Pipelines;

/// <summary>Progress that is told at once, on the pipeline's thread, unlike <see cref="Progress{T}"/>.</summary>
internal sealed class OnProgress(Action<GenerationProgress> report) : IProgress<GenerationProgress>
{
    public void Report(GenerationProgress value) => report(value);
}
