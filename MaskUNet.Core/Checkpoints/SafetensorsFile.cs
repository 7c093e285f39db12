using static TorchSharp.torch;

namespace MaskUNet.Checkpoints;

/// <summary>
/// A <c>.safetensors</c> file. Everything that the format's reference reader checks is checked on opening, and duplicate keys are refused.
/// </summary>
public sealed class SafetensorsFile : WeightFile
{
    private readonly CheckpointBytes file;
    private readonly SafetensorsHeader header;

    /// <summary>Opens a file and checks its header.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="CheckpointException">The file is missing, damaged, or of another format.</exception>
    public SafetensorsFile(string path)
        : base(path)
    {
        file = CheckpointBytes.Open(path);
        try
        {
            header = SafetensorsHeader.Read(file);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, TensorEntry> Entries => header.Entries;

    /// <summary>The free texts that the file carries about itself, as <c>format</c>: <c>pt</c>.</summary>
    public IReadOnlyDictionary<string, string> Metadata => header.Metadata;

    /// <summary>The bytes of a tensor as they lie in the file, whatever its type.</summary>
    internal byte[] RawBytes(string name)
    {
        var (begin, end) = header.Ranges[name];
        var bytes = new byte[end - begin];
        file.Read(begin, bytes);
        return bytes;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing) => file.Dispose();

    private protected override Tensor Load(TensorEntry entry, ScalarType dataType, Device device) =>
        TensorLoader.Load(file, header.Ranges[entry.Name].Begin, entry, dataType, device);
}
