using System.Text.Json.Nodes;
using MaskUNet.Checkpoints;

namespace MaskUNet.Rewards.Bert;

/// <summary>The sizes of a BERT model that looks at a picture, as BLIP's <c>med_config.json</c> gives them; its defaults are the published one's.</summary>
public sealed record BertConfig
{
    private const int MostTokens = 1 << 24;

    /// <summary>The width of the transformer.</summary>
    public int HiddenSize { get; init; } = 768;

    /// <summary>The width inside a layer's MLP.</summary>
    public int IntermediateSize { get; init; } = 3072;

    /// <summary>The number of layers.</summary>
    public int Layers { get; init; } = 12;

    /// <summary>The number of attention heads; it divides <see cref="HiddenSize"/>.</summary>
    public int Heads { get; init; } = 12;

    /// <summary>The number of rows of the token table.</summary>
    public int VocabularySize { get; init; } = 30524;

    /// <summary>The number of positions.</summary>
    public int Positions { get; init; } = 512;

    /// <summary>The epsilon of every layer normalisation.</summary>
    public double LayerNormEps { get; init; } = 1e-12;

    /// <summary>Reads the content of a <c>med_config.json</c>; absent values are the published ones. The width of what it looks at follows from the model.</summary>
    /// <param name="config">The JSON object.</param>
    /// <param name="source">What messages call it.</param>
    /// <exception cref="CheckpointException">A value makes no sense; the message names it.</exception>
    public static BertConfig Parse(JsonObject config, string source = "The text model's config")
    {
        ArgumentNullException.ThrowIfNull(config);
        var read = new ConfigReader(config, source);
        read.Require("hidden_act", "gelu");
        var defaults = new BertConfig();
        var parsed = new BertConfig
        {
            HiddenSize = read.Integer("hidden_size", defaults.HiddenSize),
            IntermediateSize = read.Integer("intermediate_size", defaults.IntermediateSize),
            Layers = read.Integer("num_hidden_layers", defaults.Layers),
            Heads = read.Integer("num_attention_heads", defaults.Heads),
            VocabularySize = read.Integer("vocab_size", defaults.VocabularySize),
            Positions = read.Integer("max_position_embeddings", defaults.Positions),
            LayerNormEps = read.Number("layer_norm_eps", defaults.LayerNormEps),
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
        problems.Range("max_position_embeddings", Positions, MostTokens);
        problems.Epsilon("layer_norm_eps", LayerNormEps);
        problems.Divides("num_attention_heads", Heads, "hidden_size", HiddenSize);
        problems.Refuse(source, "a BERT model");
    }
}
