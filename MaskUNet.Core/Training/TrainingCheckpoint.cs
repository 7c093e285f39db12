using System.Globalization;
using MaskUNet.Checkpoints;
using MaskUNet.Runtime;
using static TorchSharp.torch;

namespace MaskUNet.Training;

/// <summary>
/// All that a run needs to go on, in one file: weights, moments, means, and in the header's free texts the step and the settings.
/// </summary>
/// <param name="folder">Where the file lies.</param>
/// <param name="settings">What must be the same for a run to go on.</param>
internal sealed class TrainingCheckpoint(string folder, IReadOnlyDictionary<string, string> settings)
{
    private const string FileName = "training.safetensors";
    private const string StepKey = "step";
    private const string SettingPrefix = "setting.";

    private readonly string path = Path.Combine(folder, FileName);

    public void Save(long step, IReadOnlyDictionary<string, IReadOnlyDictionary<string, Tensor>> state)
    {
        var texts = settings.ToDictionary(pair => SettingPrefix + pair.Key, pair => pair.Value, StringComparer.Ordinal);
        texts[StepKey] = step.ToString(CultureInfo.InvariantCulture);
        var tensors = state.SelectMany(group => group.Value.Select(pair => (Name: $"{group.Key}.{pair.Key}", pair.Value)));
        SafetensorsWriter.Write(path, tensors.ToDictionary(tensor => tensor.Name, tensor => tensor.Value, StringComparer.Ordinal), texts);
    }

    /// <summary>Reads the state in place.</summary>
    /// <returns>The steps that were done; 0 where there is no checkpoint.</returns>
    /// <exception cref="CheckpointException">The file is damaged, of another model, or of a training with other settings.</exception>
    public long Load(IReadOnlyDictionary<string, IReadOnlyDictionary<string, Tensor>> state)
    {
        AtomicFile.ForgetUnfinished(path);
        if (!File.Exists(path))
        {
            return 0;
        }

        using var file = new SafetensorsFile(path);
        var step = StepOf(file);
        RequireSameSettings(file);
        using var withoutGradients = no_grad();
        foreach (var (group, tensors) in state)
        {
            foreach (var (name, tensor) in tensors)
            {
                using var scope = NewDisposeScope();
                tensor.copy_(file.Read($"{group}.{name}", tensor.shape, tensor.dtype, tensor.device));
            }
        }

        return step;
    }

    private long StepOf(SafetensorsFile file) =>
        long.TryParse(file.Metadata.GetValueOrDefault(StepKey), NumberStyles.None, CultureInfo.InvariantCulture, out var step)
            ? step
            : throw new CheckpointException($"'{path}' is not a checkpoint of a training: it does not say its step. Move it away, or train in another folder.");

    private void RequireSameSettings(SafetensorsFile file)
    {
        var differences = settings
            .Where(setting => file.Metadata.GetValueOrDefault(SettingPrefix + setting.Key) != setting.Value)
            .Select(setting => $"{setting.Key} was {file.Metadata.GetValueOrDefault(SettingPrefix + setting.Key) ?? "not there"} and is {setting.Value}")
            .ToList();
        if (differences.Count > 0)
        {
            throw new CheckpointException(
                $"The training in '{folder}' cannot go on with other settings: {string.Join("; ", differences)}. " +
                "Give it the old ones, or train in another folder.");
        }
    }
}
