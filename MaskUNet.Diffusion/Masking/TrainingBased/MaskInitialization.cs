namespace MaskUNet.Masking;

/// <summary>How a <see cref="LearnedMaskModel"/> begins.</summary>
public enum MaskInitialization
{
    /// <summary>
    /// Small random weights behind a common logit, so that nearly all weights of the U-Net are kept and gradients reach every parameter from
    /// the first step on.
    /// </summary>
    Live,

    /// <summary>
    /// As the released code: the generator's last layer and the adapters' weights are 0 and the adapters' biases the common logit. Only
    /// the adapters ever learn from it, so masks depend neither on the timestep nor on the sample.
    /// </summary>
    Released,
}
