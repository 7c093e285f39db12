using System.Text.Json.Nodes;
using MaskUNet.Prompting.Clip;
using MaskUNet.Scheduling;

namespace MaskUNet.Checkpoints;

/// <summary>A model as diffusers' <c>save_pretrained</c> writes it.</summary>
internal static class DiffusersFolder
{
    private const string Index = "model_index.json";

    private static readonly (string Name, string Class)[] Networks =
        [("unet", "UNet2DConditionModel"), ("vae", "AutoencoderKL"), ("text_encoder", "CLIPTextModel")];

    public static StableDiffusionFiles Open(string folder, StableDiffusionFilesOptions options)
    {
        var index = ReadIndex(folder);
        var tokenizer = options.TokenizerFolder ?? Path.Combine(folder, "tokenizer");
        RequireFiles(folder, tokenizer, options.Variant);
        var open = new List<WeightFile>();
        try
        {
            var parts = new StableDiffusionParts
            {
                UNet = Part("unet", Unchanged, CheckpointKind.UNet, CheckpointKind.UNet1, CheckpointKind.UNet2),
                Vae = Part("vae", VaeAttentionNames.Map, CheckpointKind.Autoencoder),
                TextEncoder = Part("text_encoder", TextEncoderNames.Diffusers, CheckpointKind.ClipText),
                SchedulerConfig = SchedulerConfig.Load(Path.Combine(folder, "scheduler")),
                TokenizerFolder = tokenizer,
                Tokenization = ClassOf(index, "tokenizer") == "CLIPTokenizerFast" ? ClipTokenization.TransformersFast : ClipTokenization.Transformers,
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

            return new ModelPart(name, JsonFile.Read(Path.Combine(subfolder, "config.json")), new RenamedWeights(file, map));
        }
    }

    private static JsonObject ReadIndex(string folder)
    {
        var path = Path.Combine(folder, Index);
        if (!File.Exists(path))
        {
            throw new CheckpointException(
                $"{folder} has no {Index}, so it is no diffusers model: give the folder that holds unet, vae and text_encoder, or a single .safetensors or .ckpt file.");
        }

        var index = JsonFile.Read(path);
        var pipeline = index["_class_name"]?.ToString();
        var foreign = Networks.Where(network => ClassOf(index, network.Name) is { } name && name != network.Class).Select(network => $"{network.Name} is {ClassOf(index, network.Name)}").ToList();
        if (ClassOf(index, "text_encoder_2") is not null)
        {
            foreign.Add("it has a second text encoder");
        }

        return foreign.Count == 0
            ? index
            : throw new CheckpointException($"{path} describes a {pipeline}, not Stable Diffusion 1.x or 2.x: {string.Join(", ", foreign)}.");
    }

    private static IEnumerable<MappedTensor> Unchanged(TensorEntry stored) => [new(stored.Name)];

    // The safety checker and the feature extractor are not asked for, present or not.
    private static void RequireFiles(string folder, string tokenizer, string? variant)
    {
        var missing = new List<string>();
        foreach (var (name, _) in Networks)
        {
            Require(Path.Combine(folder, name, "config.json"));
            if (ComponentFiles.Find(Path.Combine(folder, name), name, variant) is null)
            {
                missing.Add(Path.Combine(folder, name, $"{ComponentFiles.Stems(name)[0]}.safetensors (or .bin)"));
            }
        }

        Require(Path.Combine(folder, "scheduler", SchedulerConfig.FileName));
        Require(Path.Combine(tokenizer, "vocab.json"));
        Require(Path.Combine(tokenizer, "merges.txt"));
        if (missing.Count > 0)
        {
            throw new CheckpointException($"The model in {folder} is not complete. Missing: {string.Join("; ", missing)}. Fetch it again.");
        }

        var variants = Networks.SelectMany(network => ComponentFiles.Variants(Path.Combine(folder, network.Name), network.Name)).Distinct().ToList();
        if (variant is not null && !variants.Contains(variant))
        {
            throw new CheckpointException(
                $"No part of {folder} has weights of the variant '{variant}': {(variants.Count == 0 ? "there are none" : "there is " + string.Join(", ", variants))}. Leave the variant out.");
        }

        void Require(string file)
        {
            if (!File.Exists(file))
            {
                missing.Add(file);
            }
        }
    }

    private static string? ClassOf(JsonObject index, string component) =>
        index[component] is JsonArray { Count: 2 } pair ? pair[1]?.ToString() : null;
}
