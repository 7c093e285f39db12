namespace MaskUNet.Shapes.TrainRewards;

/// <summary>The parts of the training.</summary>
internal enum Stage
{
    /// <summary>Everything in order.</summary>
    All,

    /// <summary>Pictures alone.</summary>
    Draw,

    /// <summary>The tuned CLIP.</summary>
    Hps,

    /// <summary>The model of ImageReward's architecture.</summary>
    ImageReward,

    /// <summary>The agreement of the rewards that come with TinyShapes, on pictures that its present model draws.</summary>
    Measure,
}
