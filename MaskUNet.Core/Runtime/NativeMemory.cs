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
    private const int MappingThreshold = -3; // M_MMAP_THRESHOLD
    private const int MaximumArenas = -8; // M_ARENA_MAX
    private const int LargeBlock = 32 << 20; // glibc takes no larger threshold
    private const int AnyNumber = 1 << 16;
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

    /// <summary>
    /// Until disposed, blocks over 32 MB are mapped one by one and given back as they are freed, in the whole process. For work whose few blocks are so
    /// large that what lies free between them counts: libtorch's aligned blocks do not fit the holes that their equals leave.
    /// </summary>
    internal static IDisposable MapLargeBlocks() => new LargeBlocks();

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
            return SetMalloc(MaximumMappings, 0) == 1 && SetMalloc(MappingThreshold, LargeBlock) == 1
                && SetMalloc(TrimThreshold, int.MaxValue) == 1 && SetMalloc(MaximumArenas, 1) == 1;
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException)
        {
            return false; // another C library
        }
    }

    private sealed class LargeBlocks : IDisposable
    {
        private static readonly Lock Gate = new();
        private static int users;
        private bool isDisposed;

        public LargeBlocks() => Count(1);

        public void Dispose()
        {
            if (!isDisposed)
            {
                isDisposed = true;
                Count(-1);
            }
        }

        private static void Count(int change)
        {
            if (!IsKept)
            {
                return;
            }

            lock (Gate)
            {
                users += change;
                _ = SetMalloc(MaximumMappings, users > 0 ? AnyNumber : 0);
            }
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
