namespace MaskUNet.Shapes.Judging;

/// <summary>A connected region (of eight neighbours) of what looks like an object, with its surroundings.</summary>
internal sealed class Region
{
    private const int LeastPixels = 60;
    private const int Surroundings = 3;
    private const float Inside = 0.5f;
    private const int Size = PictureField.Size;

    private readonly int[] labels;
    private readonly int label;

    private Region(int[] labels, int label, (int Left, int Top, int Right, int Bottom) bounds)
    {
        (this.labels, this.label) = (labels, label);
        Bounds = (bounds.Left, bounds.Top, bounds.Right + 1, bounds.Bottom + 1);
    }

    /// <summary>Around the region, in pixels; right and bottom are the first outside.</summary>
    public (int Left, int Top, int Right, int Bottom) Bounds { get; }

    /// <summary>The bounds with a little around them.</summary>
    public (int Left, int Top, int Right, int Bottom) Window => (
        Math.Max(0, Bounds.Left - Surroundings), Math.Max(0, Bounds.Top - Surroundings),
        Math.Min(Size, Bounds.Right + Surroundings), Math.Min(Size, Bounds.Bottom + Surroundings));

    /// <summary>Whether a pixel belongs to the region.</summary>
    public bool Holds(int pixel) => labels[pixel] == label;

    /// <summary>Whether a pixel belongs to another region.</summary>
    public bool IsElsewhere(int pixel) => labels[pixel] != 0 && labels[pixel] != label;

    public static IReadOnlyList<Region> Find(PictureField field)
    {
        var labels = new int[Size * Size];
        var regions = new List<Region>();
        var label = 0;
        for (var pixel = 0; pixel < labels.Length; pixel++)
        {
            if (labels[pixel] == 0 && field.Objectness[pixel] >= Inside)
            {
                var (count, bounds) = Fill(field, labels, pixel, ++label);
                if (count >= LeastPixels)
                {
                    regions.Add(new Region(labels, label, bounds));
                }
            }
        }

        return regions;
    }

    private static (int Count, (int Left, int Top, int Right, int Bottom) Bounds) Fill(PictureField field, int[] labels, int first, int label)
    {
        var bounds = (Left: Size, Top: Size, Right: 0, Bottom: 0);
        var open = new Stack<int>([first]);
        labels[first] = label;
        var count = 0;
        while (open.TryPop(out var pixel))
        {
            count++;
            var (x, y) = (pixel % Size, pixel / Size);
            bounds = (Math.Min(bounds.Left, x), Math.Min(bounds.Top, y), Math.Max(bounds.Right, x), Math.Max(bounds.Bottom, y));
            for (var row = Math.Max(0, y - 1); row <= Math.Min(Size - 1, y + 1); row++)
            {
                for (var column = Math.Max(0, x - 1); column <= Math.Min(Size - 1, x + 1); column++)
                {
                    var next = (row * Size) + column;
                    if (labels[next] == 0 && field.Objectness[next] >= Inside)
                    {
                        labels[next] = label;
                        open.Push(next);
                    }
                }
            }
        }

        return (count, bounds);
    }
}
