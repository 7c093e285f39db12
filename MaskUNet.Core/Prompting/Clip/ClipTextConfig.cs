using System.Text.Json;
using System.Text.Json.Nodes;

namespace MaskUNet.Prompting.Clip;

/// <summary>The sizes of a CLIP text model, as <c>config.json</c> of transformers' <c>CLIPTextModel</c> gives them; its defaults are CLIP ViT-B/32's.</summary>
public sealed record ClipTextConfig
{
    /// <summary>The width of the transformer, D of its output [B, 77, D]: 768 in Stable Diffusion 1, 1024 in 2.</summary>
    public int HiddenSize { get; init; } = 512;

    /// <summary>The width inside the MLP.</summary>
    public int IntermediateSize { get; init; } = 2048;

    /// <summary>The number of layers.</summary>
    public int Layers { get; init; } = 12;

    /// <summary>The number of attention heads; it divides <see cref="HiddenSize"/>.</summary>
    public int Heads { get; init; } = 8;

    /// <summary>The MLP's activation.</summary>
    public ClipActivation Activation { get; init; } = ClipActivation.QuickGelu;

    /// <summary>The epsilon of every layer normalisation.</summary>
    public double LayerNormEps { get; init; } = 1e-5;

    /// <summary>The number of rows of the token table.</summary>
    public int VocabularySize { get; init; } = 49408;

    /// <summary>The number of positions.</summary>
    public int Positions { get; init; } = 77;

    /// <summary>The width of the space that texts and images share, where a model projects into it.</summary>
    public int ProjectionSize { get; init; } = 512;

    /// <summary>
    /// The id at which the pooled output is taken. 2, which old files hold by mistake, means the position of the largest id, as in
    /// transformers.
    /// </summary>
    public int EndId { get; init; } = 49407;

    /// <summary>Reads a <c>config.json</c>.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="CheckpointException">The file is missing, damaged or of another model; the message names it.</exception>
    public static ClipTextConfig Load(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (!File.Exists(path))
        {
            throw new CheckpointException($"The text encoder's config {path} does not exist.");
        }

        try
        {
            return Parse(JsonNode.Parse(File.ReadAllText(path)) as JsonObject ?? throw new JsonException("no object"), path);
        }
        catch (JsonException exception)
        {
            throw new CheckpointException($"{path} is not a JSON object: {exception.Message} Fetch it again.", exception);
        }
    }

    /// <summary>Reads the content of a <c>config.json</c>; absent values are transformers' defaults.</summary>
    /// <param name="config">The JSON object.</param>
    /// <param name="source">What messages call it.</param>
    /// <exception cref="CheckpointException">A value makes no sense; the message names it.</exception>
    public static ClipTextConfig Parse(JsonObject config, string source = "The text encoder's config")
    {
        ArgumentNullException.ThrowIfNull(config);
        var defaults = new ClipTextConfig();
        var parsed = new ClipTextConfig
        {
            HiddenSize = Size("hidden_size", defaults.HiddenSize),
            IntermediateSize = Size("intermediate_size", defaults.IntermediateSize),
            Layers = Size("num_hidden_layers", defaults.Layers),
            Heads = Size("num_attention_heads", defaults.Heads),
            Activation = config["hidden_act"]?.ToString() switch
            {
                null or "quick_gelu" => ClipActivation.QuickGelu,
                "gelu" => ClipActivation.Gelu,
                var other => throw Wrong("hidden_act", other, "quick_gelu and gelu are known"),
            },
            LayerNormEps = Value("layer_norm_eps", defaults.LayerNormEps, eps => eps is > 0 and < 1),
            VocabularySize = Size("vocab_size", defaults.VocabularySize),
            Positions = Size("max_position_embeddings", defaults.Positions),
            ProjectionSize = Size("projection_dim", defaults.ProjectionSize),
            EndId = Size("eos_token_id", defaults.EndId),
        };
        return parsed.HiddenSize % parsed.Heads == 0
            ? parsed
            : throw Wrong("num_attention_heads", parsed.Heads.ToString(System.Globalization.CultureInfo.InvariantCulture), $"it must divide hidden_size {parsed.HiddenSize}");

        int Size(string name, int absent) => Value(name, absent, size => size is >= 1 and <= 1 << 24);

        T Value<T>(string name, T absent, Func<T, bool> allowed)
        {
            if (config[name] is not { } node)
            {
                return absent;
            }

            return node is JsonValue value && value.TryGetValue<T>(out var read) && allowed(read)
                ? read
                : throw Wrong(name, node.ToJsonString(), $"a number like {absent} is expected");
        }

        CheckpointException Wrong(string name, string value, string remedy) => new($"{source} has the {name} {value}: {remedy}.");
    }
}
