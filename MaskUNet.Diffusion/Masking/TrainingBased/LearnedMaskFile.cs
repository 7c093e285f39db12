using System.Text.Json;
using System.Text.Json.Nodes;
using MaskUNet.Checkpoints;
using MaskUNet.UNet;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Masking;

/// <summary>Our own file of a <see cref="LearnedMaskModel"/>: safetensors, with sizes and layers as JSON among its free texts.</summary>
internal static class LearnedMaskFile
{
    private const string Key = "maskunet.learned_masks";

    public static void Save(LearnedMaskModel model, string path, ScalarType? dataType)
    {
        using var scope = NewDisposeScope();
        var tensors = model.Weights.ToDictionary(
            weight => weight.Key, weight => dataType is { } type ? weight.Value.detach().to(type) : weight.Value, StringComparer.Ordinal);
        SafetensorsWriter.Write(path, tensors, new Dictionary<string, string> { ["format"] = "pt", [Key] = Describe(model).ToJsonString() });
    }

    /// <summary>Opens a file, whose header says that it holds learned masks.</summary>
    /// <exception cref="CheckpointException">It is missing, damaged, or another file.</exception>
    public static SafetensorsFile Open(string path)
    {
        var file = new SafetensorsFile(path);
        if (file.Metadata.ContainsKey(Key))
        {
            return file;
        }

        file.Dispose();
        throw new CheckpointException($"'{path}' holds no learned masks: give a file that LearnedMaskModel.Save wrote; mask_generators.pth and adapters.pth are read by LearnedMaskModel.LoadReleased.");
    }

    public static LearnedMaskModel Load(string path, IMaskedUNet unet)
    {
        using var file = Open(path);
        var json = Parse(path, file.Metadata[Key]);
        var reader = new ConfigReader(json, path);
        var defaults = new LearnedMaskConfig();
        var config = new LearnedMaskConfig
        {
            Factor = reader.Integer("factor", defaults.Factor),
            HiddenChannels = reader.Integer("hidden_channels", defaults.HiddenChannels),
            UsesTimestep = reader.Flag("uses_timestep", defaults.UsesTimestep),
            UsesSample = reader.Flag("uses_sample", defaults.UsesSample),
        };
        return LearnedMaskModel.Build(config, Layers(path, unet, reader.Texts("layers", [])), file, unet);
    }

    private static JsonObject Describe(LearnedMaskModel model) => new()
    {
        ["factor"] = model.Config.Factor,
        ["hidden_channels"] = model.Config.HiddenChannels,
        ["uses_timestep"] = model.Config.UsesTimestep,
        ["uses_sample"] = model.Config.UsesSample,
        ["layers"] = new JsonArray([.. model.Layers.Select(layer => JsonValue.Create(layer.Name))]),
    };

    private static JsonObject Parse(string path, string text)
    {
        try
        {
            return JsonText.Parse(text) as JsonObject ?? throw new JsonException("it is no object");
        }
        catch (JsonException e)
        {
            throw new CheckpointException($"'{path}' does not say what masks it holds: {e.Message} Fetch it again.", e);
        }
    }

    private static List<MaskableLayer> Layers(string path, IMaskedUNet unet, IReadOnlyList<string> names)
    {
        var known = unet.Layers.Select(layer => layer.Name).ToHashSet(StringComparer.Ordinal);
        var foreign = names.Where(name => !known.Contains(name)).ToList();
        return foreign.Count == 0 && names.Count > 0
            ? [.. unet.Layers.Where(layer => names.Contains(layer.Name, StringComparer.Ordinal))]
            : throw new CheckpointException(
                $"'{path}' was learned for another U-Net: {foreign.Count} of its {names.Count} masked layers are not in this one{(foreign.Count > 0 ? $", such as {foreign[0]}" : "")}.");
    }
}
