using System.Globalization;
using MaskUNet.Checkpoints;
using MaskUNet.UNet;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Masking;

/// <summary>Masks that were drawn once and are kept, a bit a weight: the same ones at every evaluation.</summary>
/// <remarks>Immutable and safe to use from several threads at once.</remarks>
public sealed class PackedMasks : IMaskGenerator, ILayerMasks
{
    private const string ShapePrefix = "shape.";

    private readonly Device? device;

    /// <summary>Takes masks.</summary>
    /// <param name="masks">By the layer's path.</param>
    /// <param name="device">The U-Net's device; the CPU if null.</param>
    public PackedMasks(IReadOnlyDictionary<string, PackedMask> masks, Device? device = null)
    {
        ArgumentNullException.ThrowIfNull(masks);
        (Masks, this.device) = (masks, device);
    }

    /// <summary>The masks by the layer's path.</summary>
    public IReadOnlyDictionary<string, PackedMask> Masks { get; }

    /// <inheritdoc/>
    public bool MasksEncoder => Masks.Keys.Any(name => new MaskableLayer(name, [], Block: name).IsInEncoder);

    /// <summary>Reads masks from a file.</summary>
    /// <param name="path">A file of <see cref="Save"/>.</param>
    /// <param name="device">The U-Net's device; the CPU if null.</param>
    /// <exception cref="CheckpointException">The file is missing, damaged, or holds no packed masks.</exception>
    public static PackedMasks Load(string path, Device? device = null)
    {
        using var file = new SafetensorsFile(path);
        return new PackedMasks(file.Entries.Keys.ToDictionary(name => name, name => Read(file, name), StringComparer.Ordinal), device);
    }

    /// <summary>Writes a safetensors file, whole or not at all: bytes of bits, and the shapes among its free texts.</summary>
    /// <param name="path">The file; its folder must exist.</param>
    /// <exception cref="CheckpointException">It cannot be written; what was there before is untouched.</exception>
    public void Save(string path)
    {
        using var scope = NewDisposeScope();
        SafetensorsWriter.Write(
            path,
            Masks.ToDictionary(mask => mask.Key, mask => tensor(mask.Value.Bits.ToArray(), dtype: ScalarType.Byte), StringComparer.Ordinal),
            Masks.ToDictionary(mask => ShapePrefix + mask.Key, mask => string.Join('x', mask.Value.Shape), StringComparer.Ordinal));
    }

    /// <inheritdoc/>
    public ILayerMasks Begin(MaskedBlock block) => this;

    /// <summary>The mask of a layer, in the caller's dispose scope.</summary>
    /// <param name="layer">The layer.</param>
    public Tensor? For(MaskableLayer layer)
    {
        ArgumentNullException.ThrowIfNull(layer);
        return Masks.GetValueOrDefault(layer.Name)?.Unpack(device);
    }

    private static PackedMask Read(SafetensorsFile file, string name)
    {
        try
        {
            var shape = file.Metadata.GetValueOrDefault(ShapePrefix + name) ?? throw new FormatException("its shape is missing");
            return PackedMask.Of([.. shape.Split('x').Select(size => long.Parse(size, NumberStyles.None, CultureInfo.InvariantCulture))], file.RawBytes(name));
        }
        catch (Exception e) when (e is FormatException or OverflowException or InvalidOptionException)
        {
            throw new CheckpointException($"'{name}' in {file.Name} is no packed mask: {e.Message} Give a file that PackedMasks.Save wrote.", e);
        }
    }
}
