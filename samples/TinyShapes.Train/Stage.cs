namespace MaskUNet.Shapes.Train;

/// <summary>What is done, in this order.</summary>
internal enum Stage
{
    /// <summary>The autoencoder is trained.</summary>
    Autoencoder,

    /// <summary>The small CLIP is trained.</summary>
    Clip,

    /// <summary>The U-Net is trained.</summary>
    UNet,

    /// <summary>The model folder is written.</summary>
    Export,

    /// <summary>The model is measured.</summary>
    Evaluation,
}
