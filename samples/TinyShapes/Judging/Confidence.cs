namespace MaskUNet.Shapes.Judging;

/// <summary>Measurements to confidences.</summary>
internal static class Confidence
{
    /// <summary>From 0.5, where a reading is barely believed, to 1, where nothing is left to wish for.</summary>
    public static double Of(double measured, double least, double good) => 0.5 + (0.5 * Math.Clamp((measured - least) / (good - least), 0, 1));
}
