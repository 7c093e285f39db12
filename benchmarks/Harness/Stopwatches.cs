using System.Diagnostics;
using System.Globalization;

namespace MaskUNet.Benchmarks.Harness;

/// <summary>Times pieces of work in turn, so that all see the same machine, and notes how busy other programs kept it.</summary>
internal static class Stopwatches
{
    /// <summary>Runs everything once to warm up, and then, a round at a time, as often as asked.</summary>
    /// <param name="rounds">The number of rounds.</param>
    /// <param name="work">The pieces; each gives its own seconds.</param>
    /// <returns>A list of rounds with the seconds of each piece.</returns>
    public static IReadOnlyList<double[]> InTurn(int rounds, params Func<double>[] work)
    {
        foreach (var piece in work)
        {
            piece();
        }

        var result = new List<double[]>();
        for (var round = 0; round < rounds; round++)
        {
            var (busy, own, clock) = (BusySeconds(), OwnSeconds(), Stopwatch.StartNew());
            var processor = new List<double>();
            double[] seconds = [.. work.Select(piece =>
            {
                var before = OwnSeconds();
                var taken = piece();
                processor.Add(OwnSeconds() - before);
                return taken;
            })];
            var ours = (OwnSeconds() - own) / clock.Elapsed.TotalSeconds;
            var others = Math.Max(0, ((BusySeconds() - busy) / clock.Elapsed.TotalSeconds) - ours);
            result.Add(seconds);
            Console.Error.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"  round {round + 1}: {List(seconds)} s, {List(processor)} of processor time; we kept {ours:0.00} cores busy, others {others:0.00}"));
        }

        return result;
    }

    /// <summary>The median, over the rounds, of one piece's seconds over the other's.</summary>
    public static double MedianRatio(int rounds, Func<double> work, Func<double> yardstick) =>
        Median(InTurn(rounds, work, yardstick).Select(round => round[0] / round[1]));

    /// <summary>The seconds that some work takes.</summary>
    public static double Time(Action work)
    {
        var clock = Stopwatch.StartNew();
        work();
        return clock.Elapsed.TotalSeconds;
    }

    public static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }

    private static string List(IEnumerable<double> seconds) => string.Join(", ", seconds.Select(s => s.ToString("0.####", CultureInfo.InvariantCulture)));

    private static double OwnSeconds()
    {
        using var process = Process.GetCurrentProcess();
        return process.TotalProcessorTime.TotalSeconds;
    }

    // User, nice, system, irq, softirq, steal; hundredths of a second.
    private static double BusySeconds()
    {
        if (!OperatingSystem.IsLinux())
        {
            return 0;
        }

        var fields = File.ReadLines("/proc/stat").First().Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return new[] { 1, 2, 3, 6, 7, 8 }.Sum(field => double.Parse(fields[field], CultureInfo.InvariantCulture)) / 100;
    }
}
