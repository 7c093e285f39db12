using MaskUNet.Checkpoints.PyTorch;
using static TorchSharp.torch;

namespace MaskUNet.Checkpoints;

/// <summary>
/// A file of PyTorch's <c>torch.save</c> (<c>.bin</c>, <c>.ckpt</c>, <c>.pt</c>, <c>.pth</c>), in the zip layout or the one before 1.6.
/// </summary>
/// <remarks>
/// Nothing in the file is ever run: the pickle is read as data, and a file that calls anything besides the few functions that rebuild
/// tensors is refused. Sizes, views and checksums are verified. Where storages were saved from (<c>cuda:0</c>) does not matter.
/// </remarks>
public sealed class PyTorchFile : WeightFile
{
    private readonly CheckpointBytes file;
    private readonly TorchArchive archive;
    private readonly TorchStateDict state;

    /// <summary>Opens a file, reads its pickle, and checks every tensor of its state dict.</summary>
    /// <param name="path">The file.</param>
    /// <param name="under">
    /// Where the state dict lies within the saved object: a key (<c>params_ema</c>), or keys and list positions joined by <c>/</c>
    /// (<c>optimizer_states/0/state/0</c>). By default it is under <c>state_dict</c> or <c>model</c>, or else the saved object itself.
    /// </param>
    /// <remarks>A file that holds a list of tensors names them by position; one that holds a single tensor gives it the empty name.</remarks>
    /// <exception cref="CheckpointException">The file is missing, damaged, unsafe, or of another format.</exception>
    public PyTorchFile(string path, string? under = null)
        : base(path)
    {
        file = CheckpointBytes.Open(path);
        try
        {
            archive = ReadArchive(file);
            state = TorchStateDict.Find(file, archive, under);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, TensorEntry> Entries => state.Entries;

    /// <summary>The whole saved object, as data; see <see cref="PickleMachine"/>.</summary>
    internal object? Content => archive.Content;

    /// <inheritdoc/>
    protected override void Dispose(bool disposing) => file.Dispose();

    private protected override Tensor Load(TensorEntry entry, ScalarType dataType, Device device) =>
        TorchTensorLoader.Load(file, archive, state.Tensors[entry.Name], entry, dataType, device);

    private static TorchArchive ReadArchive(CheckpointBytes file)
    {
        var start = file.Start(ForeignFile.Needed);
        return start switch
        {
            [(byte)'P', (byte)'K', ..] => TorchZip.Read(file),
            _ when SafetensorsHeader.IsLikely(start, file.Length) => throw file.Error("it is a safetensors file, not one of PyTorch's; open it as such"),
            [0x80, ..] => TorchLegacy.Read(file),
            _ => throw file.Error("it is not a PyTorch file: " + (ForeignFile.Describe(start) ?? "it is neither a zip archive nor a pickle")),
        };
    }
}
