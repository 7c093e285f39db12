namespace MaskUNet.Training;

/// <summary>The folder of a training.</summary>
internal static class TrainingFolder
{
    /// <exception cref="CheckpointException">It cannot be made.</exception>
    public static void Create(string folder)
    {
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new CheckpointException($"The training's folder '{folder}' cannot be made: {e.Message} Give one that can be written.", e);
        }
    }
}
