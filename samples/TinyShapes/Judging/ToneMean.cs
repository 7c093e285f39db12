using MaskUNet.Shapes.Scenes;

namespace MaskUNet.Shapes.Judging;

/// <summary>The mean of colours, black if there are none.</summary>
internal struct ToneMean
{
    private Tone sum;

    public int Count { get; private set; }

    public readonly Tone Value => sum.Scaled(1.0 / Math.Max(1, Count));

    public void Add(Tone tone)
    {
        sum = new Tone(sum.Red + tone.Red, sum.Green + tone.Green, sum.Blue + tone.Blue);
        Count++;
    }
}
