using System.Text;

namespace MaskUNet.Checkpoints.PyTorch;

/// <summary>PyTorch's zip layout, since 1.6: <c>NAME/data.pkl</c>, and a storage in each <c>NAME/data/KEY</c>.</summary>
internal static class TorchZip
{
    public static TorchArchive Read(CheckpointBytes file)
    {
        var zip = ZipDirectory.Read(file);
        var pickle = FindPickle(file, zip);
        var folder = pickle.Name[..^"data.pkl".Length];
        if (zip.Entries.ContainsKey(folder + "constants.pkl"))
        {
            throw file.Error("it is a TorchScript program, not a checkpoint of weights; save its state dict instead");
        }

        RefuseBigEndian(file, zip, folder + "byteorder");
        var range = zip.Locate(pickle);
        range.Verify(file);
        var content = PickleMachine.Load(new(file, range.Name, range.Offset, range.Offset + range.Length));
        var data = folder + "data/";
        return new(file, content, zip.Entries.Values
            .Where(entry => entry.Name.StartsWith(data, StringComparison.Ordinal))
            .ToDictionary(entry => entry.Name[data.Length..], zip.Locate, StringComparer.Ordinal));
    }

    private static ZipEntry FindPickle(CheckpointBytes file, ZipDirectory zip)
    {
        var found = zip.Entries.Values
            .Where(entry => entry.Name.EndsWith("/data.pkl", StringComparison.Ordinal) && entry.Name.Count(c => c == '/') == 1)
            .ToList();
        return found switch
        {
            [var one] => one,
            [] => throw file.Error($"the zip archive holds no data.pkl ({zip.Entries.Count} other entries), so it is not a PyTorch checkpoint"),
            _ => throw file.Error($"the zip archive holds several data.pkl: {string.Join(", ", found.Select(entry => entry.Name))}; it is refused"),
        };
    }

    private static void RefuseBigEndian(CheckpointBytes file, ZipDirectory zip, string name)
    {
        if (!zip.Entries.TryGetValue(name, out var entry))
        {
            return; // older files have none and are little-endian
        }

        var range = zip.Locate(entry);
        range.Verify(file);
        var order = new byte[Math.Min(range.Length, 16)];
        file.Read(range.Offset, order);
        if (Encoding.Latin1.GetString(order) is var text && text != "little")
        {
            throw file.Error($"its byte order is '{text}'; only little-endian checkpoints are supported");
        }
    }
}
