namespace MaskUNet.Rewards;

/// <summary>Where a centre crop lies when the margins cannot be equal.</summary>
internal enum CropRounding
{
    /// <summary>Half the difference, halves to the even number: torchvision.</summary>
    HalfToEven,

    /// <summary>Half the difference, rounded down: the image processors of transformers.</summary>
    Down,
}
