namespace MaskUNet;

/// <summary>Loads a model for <see cref="MaskUNetBuilder"/>: the door for other model families.</summary>
public interface IPipelineLoader
{
    /// <summary>What is wrong with the loader's options and files, as far as it is quickly seen, a sentence each; asked before anything is loaded.</summary>
    IEnumerable<string> Problems();

    /// <summary>Loads the model. Runs on the pipeline's own thread.</summary>
    /// <param name="parts">What the builder was told.</param>
    /// <param name="cancellationToken">Looked at between the model's parts.</param>
    /// <returns>A pipeline that owns <see cref="PipelineParts.Thread"/>.</returns>
    IImagePipeline Load(PipelineParts parts, CancellationToken cancellationToken);
}
