namespace MaskUNet.Checkpoints;

/// <summary>Chooses the weight file of one part of a diffusers folder.</summary>
internal static class ComponentFiles
{
    /// <summary>The names that diffusers and transformers give to the weights of a part, the best first.</summary>
    public static IReadOnlyList<string> Stems(string component) => component == "text_encoder"
        ? ["model", "pytorch_model"]
        : ["diffusion_pytorch_model"];

    /// <summary>The path of the weights, or null where the folder has none.</summary>
    public static string? Find(string folder, string component, string? variant)
    {
        if (!Directory.Exists(folder))
        {
            return null;
        }

        var variants = variant is null ? [null, .. Variants(folder, component)] : new[] { variant, null };
        return variants.SelectMany(wanted => Candidates(component, wanted)).Select(name => Path.Combine(folder, name)).FirstOrDefault(File.Exists);
    }

    /// <summary>The variants that a folder has weights of, in alphabetical order.</summary>
    public static IEnumerable<string> Variants(string folder, string component) => !Directory.Exists(folder) ? [] : ReadableFile.Read(folder, Directory.GetFiles)
        .Select(file => Path.GetFileName(file).Split('.'))
        .Where(parts => Stems(component).Contains(parts[0]))
        .Select(parts => parts switch
        {
            [_, var variant, "safetensors" or "bin"] => variant,
            [_, "safetensors" or "bin", "index", var variant, "json"] => variant,
            _ => null,
        })
        .OfType<string>().Distinct().Order(StringComparer.Ordinal);

    private static IEnumerable<string> Candidates(string component, string? variant)
    {
        var (before, after) = variant is null ? ("", "") : ($".{variant}", $".{variant}");
        foreach (var ending in (string[])["safetensors", "bin"])
        {
            foreach (var stem in Stems(component))
            {
                yield return $"{stem}{before}.{ending}";
                yield return $"{stem}.{ending}.index{after}.json";
            }
        }
    }
}
