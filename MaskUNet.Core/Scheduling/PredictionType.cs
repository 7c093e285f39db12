namespace MaskUNet.Scheduling;

/// <summary>What the U-Net was trained to predict.</summary>
public enum PredictionType
{
    /// <summary>The noise: Stable Diffusion 1.x.</summary>
    Epsilon,

    /// <summary>The velocity, alpha * noise - sigma * sample: Stable Diffusion 2.x at 768 px.</summary>
    VPrediction,

    /// <summary>The clean sample.</summary>
    Sample,
}
