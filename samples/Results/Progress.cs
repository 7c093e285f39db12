using System.Diagnostics;
using System.Globalization;

namespace MaskUNet.Samples.Results;

/// <summary>Says how far the drawing is, and how long it will take yet.</summary>
internal sealed class Progress(int count)
{
    private readonly Lock gate = new();
    private readonly Stopwatch clock = Stopwatch.StartNew();
    private int done;
    private int drawn;

    /// <param name="keys">What is done.</param>
    /// <param name="isNew">False where all of it had been drawn before.</param>
    public void Report(IReadOnlyList<PictureKey> keys, bool isNew)
    {
        lock (gate)
        {
            done++;
            if (isNew)
            {
                drawn++;
                var left = clock.Elapsed / drawn * (count - done);
                Console.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"seed {keys[0].Seed}, prompts {keys[0].Prompt + 1} to {keys[^1].Prompt + 1}: {done} of {count} parts done, {(int)left.TotalHours}:{left:mm\\:ss} left"));
            }
        }
    }
}
