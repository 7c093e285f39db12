using MaskUNet.Prompting.Clip;
using MaskUNet.Scheduling;

namespace MaskUNet.Checkpoints;

/// <summary>
/// A Stable Diffusion 1.x or 2.x model on disk: a diffusers folder, or a single <c>.safetensors</c> or <c>.ckpt</c> file. Opening checks that
/// all parts are there and belong to such a model; weights are read only when the parts are built. A safety checker is ignored.
/// </summary>
/// <remarks>Immutable and safe to read from several threads at once. Disposing closes the files; models that were built live on.</remarks>
public sealed class StableDiffusionFiles : IDisposable
{
    private readonly IReadOnlyList<WeightFile> open;
    private readonly string? tokenizerFolder;
    private readonly string padToken;
    private readonly ClipTokenization tokenization;

    internal StableDiffusionFiles(StableDiffusionParts parts, IReadOnlyList<WeightFile> open)
    {
        parts.RequireOneModel();
        this.open = open;
        UNet = parts.UNet;
        Vae = parts.Vae;
        TextEncoder = parts.TextEncoder;
        SchedulerConfig = parts.SchedulerConfig;
        tokenizerFolder = parts.TokenizerFolder;
        padToken = parts.PadToken;
        tokenization = parts.Tokenization;
    }

    /// <summary>The U-Net.</summary>
    public ModelPart UNet { get; }

    /// <summary>The autoencoder.</summary>
    public ModelPart Vae { get; }

    /// <summary>The text encoder.</summary>
    public ModelPart TextEncoder { get; }

    /// <summary>The content of <c>scheduler_config.json</c>.</summary>
    public SchedulerConfig SchedulerConfig { get; }

    /// <summary>Opens a model.</summary>
    /// <param name="path">A diffusers folder with a <c>model_index.json</c>, or a single file.</param>
    /// <param name="options">How to read it.</param>
    /// <exception cref="CheckpointException">Files are missing, damaged or of another model; the message names them and says what they are.</exception>
    public static StableDiffusionFiles Open(string path, StableDiffusionFilesOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(path);
        options ??= new();
        return 0 switch
        {
            _ when Directory.Exists(path) => DiffusersFolder.Open(path, options),
            _ when File.Exists(path) => SingleFile.Open(path, options),
            _ => throw new CheckpointException(Nothing(path)),
        };
    }

    /// <summary>What is wrong, a sentence each, as far as it can be seen without opening weights.</summary>
    internal static IReadOnlyList<string> Problems(string path, StableDiffusionFilesOptions options) => 0 switch
    {
        _ when Directory.Exists(path) => DiffusersFolder.Problems(path, options),
        _ when File.Exists(path) => SingleFile.Problems(options),
        _ => [Nothing(path)],
    };

    /// <summary>Reads the tokenizer; for a single file the published vocabulary, which this library carries.</summary>
    /// <exception cref="CheckpointException">A file of it is missing or damaged.</exception>
    public ClipTokenizer LoadTokenizer() =>
        tokenizerFolder is null ? ClipTokenizer.Published(padToken, tokenization) : ClipTokenizer.Load(tokenizerFolder, tokenization);

    /// <summary>Closes the files.</summary>
    public void Dispose()
    {
        foreach (var file in open)
        {
            file.Dispose();
        }
    }

    private static string Nothing(string path) => $"There is no model at '{path}'; give the path of a diffusers folder, a .safetensors or a .ckpt file.";
}
