using System.Text.Json.Nodes;
using MaskUNet.Checkpoints;

namespace MaskUNet.Prompting.Clip;

/// <summary>The sizes of a CLIP text model, as <c>config.json</c> of transformers' <c>CLIPTextModel</c> gives them; its defaults are CLIP ViT-B/32's.</summary>
public sealed record ClipTextConfig
{
    /// <summary>The <see cref="EndId"/> that means the position of the largest id.</summary>
    internal const int LargestId = 2;

    private const int MostTokens = 1 << 24;

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

    internal ClipTransformerShape Shape => new(HiddenSize, IntermediateSize, Layers, Heads, Activation, LayerNormEps, Causal: true);

    /// <summary>Reads a <c>config.json</c>.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="CheckpointException">The file is missing, damaged or of another model; the message names it.</exception>
    public static ClipTextConfig Load(string path) => JsonFile.Read(path, Parse);

    /// <summary>Reads the content of a <c>config.json</c>; absent values are transformers' defaults.</summary>
    /// <param name="config">The JSON object.</param>
    /// <param name="source">What messages call it.</param>
    /// <exception cref="CheckpointException">A value makes no sense; the message names it.</exception>
    public static ClipTextConfig Parse(JsonObject config, string source = "The text encoder's config")
    {
        ArgumentNullException.ThrowIfNull(config);
        var read = new ConfigReader(config, source);
        var defaults = new ClipTextConfig();
        var parsed = new ClipTextConfig
        {
            HiddenSize = read.Integer("hidden_size", defaults.HiddenSize),
            IntermediateSize = read.Integer("intermediate_size", defaults.IntermediateSize),
            Layers = read.Integer("num_hidden_layers", defaults.Layers),
            Heads = read.Integer("num_attention_heads", defaults.Heads),
            Activation = ClipActivations.Read(read),
            LayerNormEps = read.Number("layer_norm_eps", defaults.LayerNormEps),
            VocabularySize = read.Integer("vocab_size", defaults.VocabularySize),
            Positions = read.Integer("max_position_embeddings", defaults.Positions),
            ProjectionSize = read.Integer("projection_dim", defaults.ProjectionSize),
            EndId = read.Integer("eos_token_id", defaults.EndId),
        };
        parsed.Validate(source);
        return parsed;
    }

    /// <summary>Checks every value, so that a model can be built.</summary>
    /// <exception cref="CheckpointException">The message names the keys and the values.</exception>
    internal void Validate(string source)
    {
        var problems = new ConfigProblems();
        problems.Range("hidden_size", HiddenSize, ConfigProblems.MostChannels);
        problems.Range("intermediate_size", IntermediateSize, ConfigProblems.MostChannels);
        problems.Range("num_hidden_layers", Layers, ConfigProblems.MostLayers);
        problems.Range("num_attention_heads", Heads, ConfigProblems.MostChannels);
        problems.Range("vocab_size", VocabularySize, MostTokens);
        problems.Range("max_position_embeddings", Positions, ConfigProblems.MostChannels);
        problems.Range("projection_dim", ProjectionSize, ConfigProblems.MostChannels);
        problems.Divides("num_attention_heads", Heads, "hidden_size", HiddenSize);
        problems.Epsilon("layer_norm_eps", LayerNormEps);
        problems.Refuse(source, "a text encoder");
    }
}
