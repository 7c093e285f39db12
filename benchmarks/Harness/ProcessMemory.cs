using System.Globalization;
using System.Runtime;
using MaskUNet.Runtime;

namespace MaskUNet.Benchmarks.Harness;

/// <summary>What the process holds of the machine's memory, in bytes. Linux only.</summary>
internal static class ProcessMemory
{
    /// <summary>Now.</summary>
    public static long Resident => Read("VmRSS:");

    /// <summary>The most since the last <see cref="Settle"/>.</summary>
    public static long Peak => Read("VmHWM:");

    /// <summary>Gives back what nothing uses, begins a new peak, and tells what is left.</summary>
    public static long Settle()
    {
        GCSettings.LargeObjectHeapCompactionMode = GCLargeObjectHeapCompactionMode.CompactOnce;
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        NativeMemory.Release();
        File.WriteAllText("/proc/self/clear_refs", "5"); // resets VmHWM
        return Resident;
    }

    // "VmHWM:", a tab, the number right-aligned to eight places, " kB"
    private static long Read(string field) => 1024 * long.Parse(
        File.ReadLines("/proc/self/status").First(line => line.StartsWith(field, StringComparison.Ordinal)).AsSpan(field.Length).Trim().TrimEnd(" kB"),
        CultureInfo.InvariantCulture);
}
