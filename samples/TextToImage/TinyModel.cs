namespace MaskUNet.Samples.TextToImage;

/// <summary>The tiny Stable Diffusion 1.x of the repository's fixtures: the real architecture and file formats, but untrained weights.</summary>
internal static class TinyModel
{
    private static readonly string Folder = System.IO.Path.Combine("MaskUNet.Tests", "Fixtures", "pipelines", "tiny-sd1");

    public static string Path
    {
        get
        {
            var root = new DirectoryInfo(AppContext.BaseDirectory);
            while (root is not null && !Directory.Exists(System.IO.Path.Combine(root.FullName, Folder)))
            {
                root = root.Parent;
            }

            return System.IO.Path.Combine(root?.FullName ?? ".", Folder);
        }
    }
}
