using System.Text.Json.Nodes;
using MaskUNet.Scheduling;

namespace MaskUNet.Checkpoints;

/// <summary>A model in one file, under the names of the original implementation (LDM).</summary>
internal static class SingleFile
{
    private const string FirstConvolution = LdmUNetNames.Prefix + "input_blocks.0.0.weight";

    /// <summary>What is wrong with the options, a sentence each; files of weights are not opened.</summary>
    public static IReadOnlyList<string> Problems(StableDiffusionFilesOptions options) =>
        options.ConfigFolder is { } folder && MissingConfigs(folder) is { } missing ? [missing] : [];

    public static StableDiffusionFiles Open(string path, StableDiffusionFilesOptions options)
    {
        var file = WeightFile.Open(path);
        try
        {
            return new StableDiffusionFiles(Parts(file, options), [file]);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Takes a file's tensors apart.</summary>
    public static StableDiffusionParts Parts(IWeightSource file, StableDiffusionFilesOptions options)
    {
        var entries = file.Entries!;
        var kind = CheckpointContent.KindOf(entries);
        if (kind is not (CheckpointKind.StableDiffusion1 or CheckpointKind.StableDiffusion2))
        {
            throw new CheckpointException($"{file.Name} is {CheckpointContent.Describe(kind)}, not a whole Stable Diffusion 1.x or 2.x model. {Remedy(kind)}");
        }

        if (!entries.Keys.Any(key => key.StartsWith(LdmVaeNames.Prefix, StringComparison.Ordinal)))
        {
            throw new CheckpointException($"{file.Name} has no autoencoder ('{LdmVaeNames.Prefix}'): use a file with all parts, or a diffusers folder.");
        }

        if (options.UseAveragedWeights && !entries.Keys.Any(key => key.StartsWith("model_ema.diffusion_model", StringComparison.Ordinal)))
        {
            throw new CheckpointException($"{file.Name} holds no averaged weights ('model_ema'): leave {nameof(StableDiffusionFilesOptions.UseAveragedWeights)} out.");
        }

        var configs = options.ConfigFolder is null ? Published(file, kind) : Given(options.ConfigFolder);
        var layers = Prompting.Clip.ClipTextConfig.Parse(configs.TextEncoder).Layers;
        var tokenizer = options.TokenizerFolder ?? (options.ConfigFolder is { } folder ? Path.Combine(folder, "tokenizer") : null);
        return new StableDiffusionParts
        {
            UNet = new ModelPart("unet", configs.UNet, new RenamedWeights(file, new LdmUNetNames(entries.Keys, options.UseAveragedWeights).Map)),
            Vae = new ModelPart("vae", configs.Vae, new RenamedWeights(file, new LdmVaeNames(entries.Keys).Map)),
            TextEncoder = new ModelPart("text_encoder", configs.TextEncoder, new RenamedWeights(
                file, kind == CheckpointKind.StableDiffusion1 ? TextEncoderNames.Clip : stored => TextEncoderNames.OpenClip(stored, layers))),
            SchedulerConfig = configs.Scheduler,
            TokenizerFolder = Directory.Exists(tokenizer) || options.TokenizerFolder is not null ? tokenizer : null,
            PadToken = kind == CheckpointKind.StableDiffusion1 ? "<|endoftext|>" : "!",
        };
    }

    private static (JsonObject UNet, JsonObject Vae, JsonObject TextEncoder, SchedulerConfig Scheduler) Published(IWeightSource file, CheckpointKind kind)
    {
        var configs = PublishedFiles.Configs(kind);
        var shape = file.Entries!.TryGetValue(FirstConvolution, out var first) ? first.Shape : [];
        var (channels, inputs) = ((long)configs["unet"]!["block_out_channels"]![0]!, (long)configs["unet"]!["in_channels"]!);
        if (shape is not [var outer, var inner, ..] || outer != channels || inner != inputs)
        {
            throw new CheckpointException(
                $"{file.Name} is laid out like {CheckpointContent.Describe(kind)}, but its first convolution is [{string.Join(", ", shape)}] where the published " +
                $"model has [{channels}, {inputs}, 3, 3]: give a folder with its configurations ({nameof(StableDiffusionFilesOptions.ConfigFolder)})" +
                (shape is [_, > 4, ..] ? "; a model for inpainting or editing is not supported." : "."));
        }

        return (configs["unet"]!.AsObject(), configs["vae"]!.AsObject(), configs["text_encoder"]!.AsObject(), SchedulerConfig.Parse(configs["scheduler"]!.ToJsonString()));
    }

    private static (JsonObject UNet, JsonObject Vae, JsonObject TextEncoder, SchedulerConfig Scheduler) Given(string folder) =>
        MissingConfigs(folder) is { } missing
            ? throw new CheckpointException(missing)
            : (Config(folder, "unet"), Config(folder, "vae"), Config(folder, "text_encoder"), SchedulerConfig.Load(Path.Combine(folder, "scheduler")));

    private static JsonObject Config(string folder, string part) => JsonFile.Read(Path.Combine(folder, part, "config.json"));

    private static string? MissingConfigs(string folder)
    {
        string[] files = [Path.Combine("unet", "config.json"), Path.Combine("vae", "config.json"), Path.Combine("text_encoder", "config.json"), Path.Combine("scheduler", SchedulerConfig.FileName)];
        var missing = files.Where(file => !File.Exists(Path.Combine(folder, file))).ToList();
        return missing.Count == 0 ? null : $"The folder of configurations {folder} lacks {string.Join(", ", missing)}.";
    }

    private static string Remedy(CheckpointKind kind) => kind switch
    {
        CheckpointKind.UNet or CheckpointKind.UNet1 or CheckpointKind.UNet2 or CheckpointKind.Autoencoder
            or CheckpointKind.ClipText or CheckpointKind.ClipText1 or CheckpointKind.ClipText2
            => "It is one part of a diffusers folder: give the folder that holds model_index.json.",
        CheckpointKind.Lora or CheckpointKind.TextualInversion or CheckpointKind.ControlNet => "Open the model that it belongs to.",
        _ => "Use a checkpoint of Stable Diffusion 1.x or 2.x.",
    };
}
