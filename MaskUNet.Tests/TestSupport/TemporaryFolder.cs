namespace MaskUNet.Tests.TestSupport;

/// <summary>A new empty folder that goes away with all that is in it.</summary>
public sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("maskunet-tests-").FullName;

    public IEnumerable<string> Files => Directory.GetFiles(Path).Select(file => System.IO.Path.GetFileName(file));

    public string this[params string[] parts] => System.IO.Path.Combine([Path, .. parts]);

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
