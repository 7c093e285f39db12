using MaskUNet.UNet;

namespace MaskUNet.Masking;

/// <summary>
/// Which weights are masked: a rule over the U-Net's layers, built fluently. The default of every strategy is the paper's,
/// <see cref="DecoderAttention"/>.
/// </summary>
/// <example><code>MaskTargets.Attention.InDecoder() + MaskTargets.FeedForward.InBlocks("up_blocks.3")</code></example>
/// <remarks>Immutable.</remarks>
public sealed class MaskTargets
{
    private readonly string description;
    private readonly Func<MaskableLayer, bool> covers;

    private MaskTargets(string description, Func<MaskableLayer, bool> covers)
    {
        this.description = description;
        this.covers = covers;
    }

    /// <summary>The projections of the attention layers: to_q, to_k, to_v, to_out.0.</summary>
    public static MaskTargets Attention { get; } = new(
        "attention projections", layer => EndsWith(layer, ".to_q", ".to_k", ".to_v", ".to_out.0"));

    /// <summary>The two linear layers of each feed-forward part.</summary>
    public static MaskTargets FeedForward { get; } = new("feed-forward layers", layer => layer.Name.Contains(".ff.net.", StringComparison.Ordinal));

    /// <summary>The 3x3 convolutions: residual blocks, down- and upsamplers, input and output. No shortcuts or projections.</summary>
    public static MaskTargets Convolutions { get; } = new("3x3 convolutions", layer => layer.Shape.Count == 4 && layer.Shape[2] > 1);

    /// <summary>Every linear layer and convolution of the U-Net.</summary>
    public static MaskTargets All { get; } = new("all layers", _ => true);

    /// <summary>
    /// The paper's choice (section 4, released code): the attention projections of the up blocks. 72 layers with 49,029,120 weights in
    /// Stable Diffusion 1.5.
    /// </summary>
    public static MaskTargets DecoderAttention { get; } = Attention.InDecoder();

    /// <summary>A rule of your own.</summary>
    /// <param name="description">What messages call it: "attention of the first up block".</param>
    /// <param name="covers">True for the layers that are masked.</param>
    /// <exception cref="InvalidOptionException">The description is that of one of this class's own rules.</exception>
    public static MaskTargets Where(string description, Func<MaskableLayer, bool> covers)
    {
        ArgumentException.ThrowIfNullOrEmpty(description);
        ArgumentNullException.ThrowIfNull(covers);
        if (Named(description) is not null)
        {
            throw new InvalidOptionException($"'{description}' describes one of MaskTargets' own rules, which a picture's settings would bring back; describe yours otherwise.");
        }

        return new(description, covers);
    }

    /// <summary>What either covers.</summary>
    public static MaskTargets operator +(MaskTargets left, MaskTargets right)
    {
        ArgumentNullException.ThrowIfNull(left);
        return left.Or(right);
    }

    /// <summary>Only what lies in the up blocks.</summary>
    public MaskTargets InDecoder() => And("of the decoder half", layer => layer.IsInDecoder);

    /// <summary>Only what lies outside the up blocks and before them: input, down blocks, middle block.</summary>
    public MaskTargets InEncoder() => And("of the encoder half", layer => layer.IsInEncoder);

    /// <summary>Only what lies in the blocks of these names.</summary>
    /// <param name="blocks">Names such as <c>down_blocks.0</c>, <c>mid_block</c>, <c>up_blocks.3</c>.</param>
    public MaskTargets InBlocks(params string[] blocks) => And($"of {string.Join(", ", blocks)}", layer => blocks.Contains(layer.Block));

    /// <summary>What either covers.</summary>
    /// <param name="other">The other rule.</param>
    public MaskTargets Or(MaskTargets other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return new($"{description} and {other.description}", layer => covers(layer) || other.covers(layer));
    }

    /// <summary>The layers of a U-Net that the rule covers.</summary>
    /// <param name="unet">The U-Net.</param>
    /// <exception cref="InvalidOptionException">It covers none.</exception>
    public MaskTargetSet Of(IMaskedUNet unet)
    {
        ArgumentNullException.ThrowIfNull(unet);
        var layers = unet.Layers.Where(covers).ToList();
        return layers.Count > 0
            ? new MaskTargetSet(description, layers)
            : throw new InvalidOptionException($"The mask targets '{description}' cover none of the U-Net's {unet.Layers.Count} layers; print unet.Layers to see their names.");
    }

    /// <summary>The rule in words.</summary>
    public override string ToString() => description;

    /// <summary>The rule of this class whose words these are; null if it is another.</summary>
    internal static MaskTargets? Named(string? description) =>
        Array.Find([DecoderAttention, Attention, FeedForward, Convolutions, All], targets => targets.description == description);

    private static bool EndsWith(MaskableLayer layer, params string[] endings) =>
        endings.Any(ending => layer.Name.EndsWith(ending, StringComparison.Ordinal));

    private MaskTargets And(string what, Func<MaskableLayer, bool> condition) =>
        new($"{description} {what}", layer => covers(layer) && condition(layer));
}
