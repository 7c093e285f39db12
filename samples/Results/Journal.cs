using System.Text;
using System.Text.Json;

namespace MaskUNet.Samples.Results;

/// <summary>The figures of all pictures so far, a line for a kind, a prompt and a seed, in a file that grows: whatever stops the program, no more than what is being judged is lost.</summary>
internal sealed class Journal : IDisposable
{
    private readonly FileStream file;
    private readonly Dictionary<(string Kind, PictureKey Key), Drawing> drawings = [];

    /// <summary>Opens the file, or begins it. A line that was not finished is cut off.</summary>
    public Journal(string path)
    {
        file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read);
        var content = new byte[file.Length];
        file.ReadExactly(content);
        var whole = Array.LastIndexOf(content, (byte)'\n') + 1;
        foreach (var line in Encoding.UTF8.GetString(content, 0, whole).Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            Keep(JsonSerializer.Deserialize<Drawing>(line)!);
        }

        file.SetLength(whole);
        file.Position = whole;
    }

    /// <summary>The drawings of a kind.</summary>
    public IReadOnlyDictionary<PictureKey, Drawing> Of(Kind kind)
    {
        lock (drawings)
        {
            return drawings.Where(pair => pair.Key.Kind == kind.Folder).ToDictionary(pair => pair.Key.Key, pair => pair.Value);
        }
    }

    /// <summary>How many pictures of a kind, a prompt and a seed have been judged.</summary>
    public int Count(Kind kind, PictureKey key)
    {
        lock (drawings)
        {
            return drawings.TryGetValue((kind.Folder, key), out var drawing) ? drawing.Pictures.Count : 0;
        }
    }

    public void Add(Drawing drawing)
    {
        var line = JsonSerializer.SerializeToUtf8Bytes(drawing);
        lock (drawings)
        {
            file.Write([.. line, (byte)'\n']);
            file.Flush(flushToDisk: true);
            Keep(drawing);
        }
    }

    public void Dispose() => file.Dispose();

    private void Keep(Drawing drawing) => drawings[(drawing.Kind, drawing.Key)] = drawing;
}
