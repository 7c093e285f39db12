using MaskUNet.Checkpoints;
using MaskUNet.Latents;
using static TorchSharp.torch;

namespace MaskUNet.DependencyInjection;

/// <summary>
/// What configuration can say of a container's pipeline; everything else is said to the builder that
/// <see cref="Microsoft.Extensions.DependencyInjection.MaskUNetServiceCollectionExtensions.AddMaskUNet"/> returns. A null leaves the choice to that builder.
/// </summary>
public sealed class MaskUNetOptions
{
    /// <summary>A diffusers folder, or a single .safetensors or .ckpt file.</summary>
    public string? Model { get; set; }

    /// <summary><c>cpu</c>, <c>cuda</c>, or <c>cuda:1</c>.</summary>
    public string? Device { get; set; }

    /// <summary>The type of weights and activations: Float32, BFloat16, Float16 or Float64.</summary>
    public ScalarType? DataType { get; set; }

    /// <summary>See <see cref="StableDiffusionFilesOptions.Variant"/>; goes with <see cref="Model"/>.</summary>
    public string? Variant { get; set; }

    /// <summary>See <see cref="StableDiffusionFilesOptions.ConfigFolder"/>; goes with <see cref="Model"/>.</summary>
    public string? ConfigFolder { get; set; }

    /// <summary>See <see cref="StableDiffusionFilesOptions.TokenizerFolder"/>; goes with <see cref="Model"/>.</summary>
    public string? TokenizerFolder { get; set; }

    /// <summary>See <see cref="StableDiffusionFilesOptions.UseAveragedWeights"/>; goes with <see cref="Model"/>.</summary>
    public bool UseAveragedWeights { get; set; }

    /// <summary>How large pictures are decoded and encoded; by default as <see cref="TilingOptions"/> says. Goes with <see cref="Model"/>.</summary>
    public TilingOptions? Tiling { get; set; }

    /// <summary>Fills the builder's slots that the options speak of.</summary>
    internal void ApplyTo(MaskUNetBuilder builder)
    {
        if (Model is not null)
        {
            StableDiffusionFilesOptions files = new()
            {
                Variant = Variant,
                ConfigFolder = ConfigFolder,
                TokenizerFolder = TokenizerFolder,
                UseAveragedWeights = UseAveragedWeights,
            };
            builder.UseModel(new StableDiffusionLoader(Model, files, Tiling ?? new()), Name(nameof(Model)));
        }
        else if (Variant is not null || ConfigFolder is not null || TokenizerFolder is not null || UseAveragedWeights || Tiling is not null)
        {
            builder.Problem(
                $"{Name(nameof(Model))} is not set, but what goes with it is (Variant, ConfigFolder, TokenizerFolder, UseAveragedWeights or Tiling); set it too, or none of them.");
        }

        if (Device is not null)
        {
            builder.UseDevice(Device, Name(nameof(Device)));
        }

        if (DataType is { } type)
        {
            builder.UseDataType(type, Name(nameof(DataType)));
        }
    }

    private static string Name(string option) => $"{nameof(MaskUNetOptions)}.{option}";
}
