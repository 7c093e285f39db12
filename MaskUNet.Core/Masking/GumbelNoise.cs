namespace MaskUNet.Masking;

/// <summary>The noise that is added to a mask's logits.</summary>
public enum GumbelNoise
{
    /// <summary>
    /// g = -log E, a single Gumbel variable, as the released code draws. A logit of 0 keeps 63.2 % of the weights, one of 1 keeps 93.4 %.
    /// </summary>
    SingleSided,

    /// <summary>g = log E' - log E, the difference of two, which is logistic: a logit of 0 keeps half of the weights.</summary>
    Logistic,
}
