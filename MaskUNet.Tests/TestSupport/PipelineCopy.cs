namespace MaskUNet.Tests.TestSupport;

/// <summary>A copy of a pipeline's folder, without its recordings, that a test may change.</summary>
public sealed class PipelineCopy : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public PipelineCopy(string pipeline) => Copy(Fixtures.Path("pipelines", pipeline), Path);

    public string Path => folder.Path;

    public string this[params string[] parts] => folder[parts];

    public void Replace(string component, string source)
    {
        Directory.Delete(folder[component], recursive: true);
        Copy(source, folder[component]);
    }

    public void Dispose() => folder.Dispose();

    private static void Copy(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var file in Directory.GetFiles(from))
        {
            File.Copy(file, System.IO.Path.Combine(to, System.IO.Path.GetFileName(file)));
        }

        foreach (var part in Directory.GetDirectories(from).Where(part => System.IO.Path.GetFileName(part) != "recordings"))
        {
            Copy(part, System.IO.Path.Combine(to, System.IO.Path.GetFileName(part)));
        }
    }
}
