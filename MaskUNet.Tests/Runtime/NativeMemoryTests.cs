using System.Globalization;
using MaskUNet.Runtime;
using MaskUNet.Tests.TestSupport;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Tests.Runtime;

/// <summary>Each in a process of its own: the settings are the process's.</summary>
public class NativeMemoryTests
{
    private const int Blocks = 8;
    private const int BlockMegabytes = 64;

    [GlibcFact]
    public async Task Freed_memory_stays_while_the_thread_works_and_comes_back_when_it_is_idle()
    {
        var (before, kept, after) = await MeasureAsync(UseAndIdle);
        kept.Should().BeGreaterThan(before + (Blocks * BlockMegabytes / 2));
        after.Should().BeLessThan(before + (Blocks * BlockMegabytes / 4));
    }

    [GlibcFact]
    public async Task The_memory_comes_back_when_the_thread_is_disposed()
    {
        var (before, kept, after) = await MeasureAsync(UseAndDispose);
        kept.Should().BeGreaterThan(before + (Blocks * BlockMegabytes / 2));
        after.Should().BeLessThan(before + (Blocks * BlockMegabytes / 4));
    }

    [GlibcFact]
    public async Task A_second_thread_keeps_memory_as_the_first_does()
    {
        var (before, kept, _) = await MeasureAsync(UseInASecondThread);
        kept.Should().BeGreaterThan(before + (Blocks * BlockMegabytes / 2));
    }

    [GlibcFact]
    public async Task Large_blocks_come_back_at_once_where_they_are_mapped()
    {
        var (before, kept, _) = await MeasureAsync(UseMapped);
        kept.Should().BeLessThan(before + (Blocks * BlockMegabytes / 4));
    }

    [GlibcFact]
    public async Task They_are_kept_again_once_nobody_wants_them_mapped()
    {
        var (before, kept, _) = await MeasureAsync(UseAfterMapping);
        kept.Should().BeGreaterThan(before + (Blocks * BlockMegabytes / 2));
    }

    [GlibcFact]
    public async Task With_the_switch_off_the_allocator_is_left_alone()
    {
        var (before, kept, _) = await MeasureAsync(UseWithTheSwitchOff);
        kept.Should().BeLessThan(before + (Blocks * BlockMegabytes / 4));
    }

    private static void UseAndIdle() => Measure(
        () => SpinWait.SpinUntil(() => ResidentMegabytes() < Blocks * BlockMegabytes, TimeSpan.FromSeconds(30)), TimeSpan.FromSeconds(2));

    private static void UseAndDispose() => Measure(() => { }, TimeSpan.FromHours(1), disposes: true);

    private static void UseInASecondThread()
    {
        using var first = new NativeThread("first", TimeSpan.FromHours(1));
        Measure(() => { }, TimeSpan.FromHours(1));
    }

    private static void UseMapped()
    {
        using var outer = NativeMemory.MapLargeBlocks();
        NativeMemory.MapLargeBlocks().Dispose(); // one user less, not the last
        Measure(() => { }, TimeSpan.FromHours(1));
    }

    private static void UseAfterMapping()
    {
        using (NativeMemory.MapLargeBlocks())
        {
            NativeMemory.IsKept.Should().BeTrue();
        }

        Measure(() => { }, TimeSpan.FromHours(1));
    }

    private static void UseWithTheSwitchOff()
    {
        AppContext.SetSwitch(NativeMemory.KeepSwitch, false);
        Measure(() => { }, TimeSpan.FromHours(1));
    }

    private static void Measure(Action wait, TimeSpan idleTime, bool disposes = false)
    {
        using var thread = new NativeThread("native", idleTime);
        Use(thread, blocks: 1);
        NativeMemory.Release();
        var before = ResidentMegabytes();
        Use(thread, Blocks);
        var kept = ResidentMegabytes();
        wait();
        if (disposes)
        {
            thread.Dispose();
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{before} {kept} {ResidentMegabytes()}"));
    }

    private static void Use(NativeThread thread, int blocks) => thread.RunAsync(() =>
    {
        using var scope = NewDisposeScope();
        return Enumerable.Range(0, blocks).Select(_ => ones(BlockMegabytes * 1024 * 1024 / sizeof(float))).ToArray().Length;
    }).Wait(); // the child's main thread has nothing else to do

    private static async Task<(long Before, long Kept, long After)> MeasureAsync(Action method)
    {
        var child = await ChildProcess.RunAsync(method);
        child.ExitCode.Should().Be(0, child.Error);
        var values = child.Output.Split(' ').Select(text => long.Parse(text, CultureInfo.InvariantCulture)).ToArray();
        return (values[0], values[1], values[2]);
    }

    private static long ResidentMegabytes()
    {
        var line = File.ReadLines("/proc/self/status").First(line => line.StartsWith("VmRSS:", StringComparison.Ordinal));
        return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1024;
    }
}
