namespace MaskUNet.Tests.TestSupport;

/// <summary>A folder for one test, removed with everything in it.</summary>
public sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("maskunet-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
