namespace MaskUNet.Prompting.Clip;

/// <summary>The sizes of a <see cref="ClipTransformer"/>.</summary>
/// <param name="Width">D.</param>
/// <param name="MlpWidth">The width inside the MLP.</param>
/// <param name="Layers">The number of layers.</param>
/// <param name="Heads">The number of attention heads.</param>
/// <param name="Activation">The MLP's activation.</param>
/// <param name="LayerNormEps">The epsilon of the layer normalisations.</param>
/// <param name="Causal">Whether a position sees only itself and those before it: text does, images do not.</param>
internal sealed record ClipTransformerShape(
    int Width, int MlpWidth, int Layers, int Heads, ClipActivation Activation, double LayerNormEps, bool Causal);
