using System.Runtime.InteropServices;

namespace MaskUNet.Runtime;

/// <summary>
/// Keeps the memory of freed tensors in the process. By default glibc gives every block over 32 MB back to the system as it is freed,
/// and each new one costs page faults: about a tenth of a U-Net's time at 512 pixels, and more of a decoder's.
/// </summary>
/// <remarks>
/// <para>On Linux with glibc only; elsewhere nothing here does anything. The settings (<c>mallopt</c>) hold for the whole process and are
/// made once, when the first <see cref="NativeThread"/> starts. A program that does not want them sets the AppContext switch
/// <see cref="KeepSwitch"/> to false before that:
/// <c>&lt;RuntimeHostConfigurationOption Include="MaskUNet.KeepNativeMemory" Value="false" /&gt;</c> in its project file.</para>
/// <para>The memory comes back when a native thread has been idle for some seconds, when it is disposed, and with <see cref="Release"/>.</para>
/// </remarks>
public static partial class NativeMemory
{
    /// <summary>The name of the AppContext switch that, set to false, leaves the process's allocator alone.</summary>
    public const string KeepSwitch = "MaskUNet.KeepNativeMemory";

    private const int TrimThreshold = -1; // M_TRIM_THRESHOLD
    private const int MaximumMappings = -4; // M_MMAP_MAX
    private const int MaximumArenas = -8; // M_ARENA_MAX
    private static readonly Lazy<bool> Kept = new(Keep);

    /// <summary>Whether freed memory is kept. Reading it makes the settings if they have not been made.</summary>
    public static bool IsKept => Kept.Value;

    /// <summary>Gives all kept memory that is free back to the system. Takes a tenth of a second for a few gigabytes.</summary>
    public static void Release()
    {
        if (IsKept)
        {
            _ = TrimMalloc(0);
        }
    }

    /// <summary>Whether the calling thread allocates from glibc's main arena, the only one that keeps large blocks.</summary>
    internal static bool IsThreadInMainArena()
    {
        var block = Malloc(64 * 1024);
        Free(block);
        return block < MoveBreak(0); // the main arena grows by sbrk; the others are mapped far above it
    }

    private static bool Keep()
    {
        if (!OperatingSystem.IsLinux() || (AppContext.TryGetSwitch(KeepSwitch, out var wanted) && !wanted))
        {
            return false;
        }

        try
        {
            // With one arena at most, threads that start from now on share those that are there instead of adding to them.
            return SetMalloc(MaximumMappings, 0) == 1 && SetMalloc(TrimThreshold, int.MaxValue) == 1 && SetMalloc(MaximumArenas, 1) == 1;
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException)
        {
            return false; // another C library
        }
    }

    [LibraryImport("libc.so.6", EntryPoint = "mallopt")]
    private static partial int SetMalloc(int option, int value);

    [LibraryImport("libc.so.6", EntryPoint = "malloc_trim")]
    private static partial int TrimMalloc(nuint keep);

    [LibraryImport("libc.so.6", EntryPoint = "malloc")]
    private static partial nuint Malloc(nuint size);

    [LibraryImport("libc.so.6", EntryPoint = "free")]
    private static partial void Free(nuint block);

    [LibraryImport("libc.so.6", EntryPoint = "sbrk")]
    private static partial nuint MoveBreak(nint by);
}
