namespace MaskUNet.Shapes.Train;

/// <summary>Says how much of a long work is done, each tenth.</summary>
internal sealed class CountConsole(long count, string what) : IProgress<long>, IProgress<int>
{
    private long said;

    public void Report(int value) => Report((long)value);

    public void Report(long value)
    {
        if (value * 10 / count > said)
        {
            said = value * 10 / count;
            Console.WriteLine($"{value} of {count} {what}");
        }
    }
}
