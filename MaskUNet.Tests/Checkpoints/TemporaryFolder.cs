namespace MaskUNet.Tests.Checkpoints;

/// <summary>A folder for one test.</summary>
public sealed class TemporaryFolder : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("maskunet-");

    public IEnumerable<string> Files => folder.GetFiles().Select(file => file.Name);

    public string this[string name] => Path.Combine(folder.FullName, name);

    public void Dispose() => folder.Delete(recursive: true);
}
