using System.Text.Json.Nodes;
using MaskUNet.Prompting.Clip;
using MaskUNet.Scheduling;

namespace MaskUNet.Checkpoints;

/// <summary>A model as diffusers' <c>save_pretrained</c> writes it.</summary>
internal static class DiffusersFolder
{
    private const string Index = "model_index.json";
    private const string Config = "config.json";

    private static readonly (string Name, string Class)[] Networks =
        [("unet", "UNet2DConditionModel"), ("vae", "AutoencoderKL"), ("text_encoder", "CLIPTextModel")];

    /// <summary>What is wrong with the folder, a sentence each, as far as it can be seen without opening weights.</summary>
    public static IReadOnlyList<string> Problems(string folder, StableDiffusionFilesOptions options)
    {
        var index = Path.Combine(folder, Index);
        if (!File.Exists(index))
        {
            return [$"{folder} has no {Index}, so it is no diffusers model: give the folder that holds unet, vae and text_encoder, or a single .safetensors or .ckpt file."];
        }

        string?[] all =
        [
            Damage(index, JsonFile.Read) ?? ForeignParts(index),
            .. Networks.Select(network => Damage(Path.Combine(folder, network.Name, Config), JsonFile.Read)),
            Damage(Path.Combine(folder, "scheduler", SchedulerConfig.FileName), SchedulerConfig.Load),
            MissingFiles(folder, Tokenizer(folder, options), options.Variant),
            MissingVariant(folder, options.Variant),
        ];
        return [.. all.OfType<string>()];
    }

    public static StableDiffusionFiles Open(string folder, StableDiffusionFilesOptions options)
    {
        if (Problems(folder, options) is { Count: > 0 } problems)
        {
            throw new CheckpointException(string.Join(" ", problems));
        }

        var open = new List<WeightFile>();
        try
        {
            var parts = new StableDiffusionParts
            {
                UNet = Part("unet", Unchanged, CheckpointKind.UNet, CheckpointKind.UNet1, CheckpointKind.UNet2),
                Vae = Part("vae", VaeAttentionNames.Map, CheckpointKind.Autoencoder),
                TextEncoder = Part("text_encoder", TextEncoderNames.Diffusers, CheckpointKind.ClipText, CheckpointKind.ClipText1, CheckpointKind.ClipText2),
                SchedulerConfig = SchedulerConfig.Load(Path.Combine(folder, "scheduler")),
                TokenizerFolder = Tokenizer(folder, options),
                Tokenization = ClassOf(JsonFile.Read(Path.Combine(folder, Index)), "tokenizer") == "CLIPTokenizerFast" ? ClipTokenization.TransformersFast : ClipTokenization.Transformers,
            };
            return new StableDiffusionFiles(parts, open);
        }
        catch
        {
            open.ForEach(file => file.Dispose());
            throw;
        }

        ModelPart Part(string name, Func<TensorEntry, IEnumerable<MappedTensor>> map, params CheckpointKind[] expected)
        {
            var subfolder = Path.Combine(folder, name);
            var file = WeightFile.Open(ComponentFiles.Find(subfolder, name, options.Variant)!);
            open.Add(file);
            var kind = CheckpointContent.KindOf(file.Entries);
            if (kind != CheckpointKind.Unknown && !expected.Contains(kind))
            {
                throw new CheckpointException($"{file.Name} should be {CheckpointContent.Describe(expected[0])}, but it is {CheckpointContent.Describe(kind)}.");
            }

            return new ModelPart(name, JsonFile.Read(Path.Combine(subfolder, Config)), new RenamedWeights(file, map));
        }
    }

    private static string Tokenizer(string folder, StableDiffusionFilesOptions options) => options.TokenizerFolder ?? Path.Combine(folder, "tokenizer");

    // What is not there is another sentence's.
    private static string? Damage<T>(string path, Func<string, T> read)
    {
        try
        {
            _ = File.Exists(path) ? read(path) : default;
            return null;
        }
        catch (CheckpointException e)
        {
            return e.Message;
        }
    }

    private static string? ForeignParts(string path)
    {
        var index = JsonFile.Read(path);
        var foreign = Networks.Where(network => ClassOf(index, network.Name) is { } name && name != network.Class).Select(network => $"{network.Name} is {ClassOf(index, network.Name)}").ToList();
        if (ClassOf(index, "text_encoder_2") is not null)
        {
            foreign.Add("it has a second text encoder");
        }

        return foreign.Count == 0
            ? null
            : $"{path} describes a {index["_class_name"]}, not Stable Diffusion 1.x or 2.x: {string.Join(", ", foreign)}.";
    }

    private static IEnumerable<MappedTensor> Unchanged(TensorEntry stored) => [new(stored.Name)];

    // The safety checker and the feature extractor are not asked for, present or not.
    private static string? MissingFiles(string folder, string tokenizer, string? variant)
    {
        string[] needed =
        [
            .. Networks.Select(network => Path.Combine(folder, network.Name, Config)), Path.Combine(folder, "scheduler", SchedulerConfig.FileName),
            Path.Combine(tokenizer, "vocab.json"), Path.Combine(tokenizer, "merges.txt"),
        ];
        string[] missing =
        [
            .. Networks.Select(network => network.Name).Where(name => ComponentFiles.Find(Path.Combine(folder, name), name, variant) is null)
                .Select(name => Path.Combine(folder, name, $"{ComponentFiles.Stems(name)[0]}.safetensors (or .bin)")),
            .. needed.Where(file => !File.Exists(file)),
        ];
        return missing.Length == 0 ? null : $"The model in {folder} is not complete. Missing: {string.Join("; ", missing)}. Fetch it again.";
    }

    private static string? MissingVariant(string folder, string? variant)
    {
        var variants = Networks.SelectMany(network => ComponentFiles.Variants(Path.Combine(folder, network.Name), network.Name)).Distinct().ToList();
        return variant is null || variants.Contains(variant)
            ? null
            : $"No part of {folder} has weights of the variant '{variant}': {(variants.Count == 0 ? "there are none" : "there is " + string.Join(", ", variants))}. Leave the variant out.";
    }

    private static string? ClassOf(JsonObject index, string component) =>
        index[component] is JsonArray { Count: 2 } pair ? pair[1]?.ToString() : null;
}
