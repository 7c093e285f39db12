using System.Globalization;
using MaskUNet.Runtime;

namespace MaskUNet.Benchmarks.Harness;

/// <summary>One entry of the table in docs/performance.md.</summary>
/// <param name="name">What the command line calls it.</param>
/// <param name="goal">The figure to reach.</param>
/// <param name="measures">The figure in words.</param>
internal abstract class Benchmark(string name, string goal, string measures)
{
    public string Name => name;

    public string Goal => goal;

    public string Measures => measures;

    /// <summary>Measures, and prints a line a figure.</summary>
    public abstract Task RunAsync();

    /// <summary>Runs work as a pipeline would: on a thread of its own, with memory kept and without gradients.</summary>
    protected static async Task<TResult> OnNativeThreadAsync<TResult>(Func<TResult> work)
    {
        using var thread = new NativeThread("benchmark");
        return await thread.RunAsync(work, CancellationToken.None);
    }

    protected void Print(double value) => Print(Name, value, Goal);

    protected static void Print(string name, double value, string goal) =>
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name}\t{value:0.###}\t{goal}"));

    /// <summary>How a figure was measured, on the error stream.</summary>
    protected static void Note(FormattableString text) => Console.Error.WriteLine("  " + FormattableString.Invariant(text));
}
