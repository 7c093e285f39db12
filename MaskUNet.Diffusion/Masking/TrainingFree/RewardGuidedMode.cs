namespace MaskUNet.Masking;

/// <summary>Which evaluation of a step the sampler goes on from, and what the solver remembers.</summary>
public enum RewardGuidedMode
{
    /// <summary>
    /// After a step's last update one more evaluation, without gradients, is drawn from the masks as they are now, and the solver keeps its
    /// history: at 15 steps of the paper's schedule 102 evaluations.
    /// </summary>
    Corrected,

    /// <summary>
    /// As the released code: the sampler goes on from the last evaluation, made before the last update, so that a step of one iteration is
    /// not optimised at all; and the solver forgets its history at every step, so that it is of first order. 87 evaluations.
    /// </summary>
    Released,
}
