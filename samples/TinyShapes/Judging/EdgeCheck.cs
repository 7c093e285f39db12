namespace MaskUNet.Shapes.Judging;

/// <summary>Tells objects from smears: across an object's outline most of the way to the background is made within three pixels.</summary>
internal static class EdgeCheck
{
    private const double LeastFall = 0.72; // a sharp edge has nearly 1, one blurred by a Gaussian of two pixels 0.55

    public static bool IsSharp(RegionMask mask, Placement placement)
    {
        var (left, top, right, bottom) = mask.Region.Window;
        Mean within = default, without = default;
        for (var row = top; row < bottom; row++)
        {
            for (var column = left; column < right; column++)
            {
                var distance = placement.Distance(column, row);
                var share = Math.Min(1, mask[column, row]);
                within.AddIf(distance is > -2.25 and < -0.75, share);
                without.AddIf(distance is > 0.75 and < 2.25, share);
            }
        }

        return within.Value - without.Value >= LeastFall;
    }

    private struct Mean
    {
        private double sum;
        private int count;

        public readonly double Value => sum / Math.Max(1, count);

        public void AddIf(bool counts, double value)
        {
            sum += counts ? value : 0;
            count += counts ? 1 : 0;
        }
    }
}
