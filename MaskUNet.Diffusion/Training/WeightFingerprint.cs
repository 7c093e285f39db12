using System.Security.Cryptography;
using MaskUNet.UNet;
using static TorchSharp.torch;

namespace MaskUNet.Training;

/// <summary>A short name of the weights that a U-Net has in some layers, by which a checkpoint tells whether it is the same U-Net.</summary>
internal static class WeightFingerprint
{
    private const int Kept = 8; // bytes: enough against chance

    public static string Of(IMaskedUNet unet, IReadOnlyList<MaskableLayer> layers)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var layer in layers)
        {
            using var scope = NewDisposeScope();
            hash.AppendData(unet.Weight(layer).cpu().contiguous().bytes);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset().AsSpan(0, Kept));
    }
}
