using MaskUNet.Runtime;
using MaskUNet.Tests.TestSupport;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Tests.Runtime;

public sealed class NativeThreadExitTests
{
    [Fact]
    public async Task A_process_that_ends_waits_for_the_unit_that_is_running_and_drops_the_rest()
    {
        var child = await ChildProcess.RunAsync(EndInTheMiddle);
        child.Should().BeEquivalentTo(new { ExitCode = 0, Output = "begun, ended", Error = "" });
    }

    private static void EndInTheMiddle()
    {
        using var begun = new ManualResetEventSlim();
        var ending = new TaskCompletionSource();
        AppDomain.CurrentDomain.ProcessExit += (_, _) => ending.SetResult(); // before the thread's own, which waits
        var thread = new NativeThread("busy to the end");
        _ = thread.RunAsync(Work(begun, ending.Task), CancellationToken.None);
        begun.Wait(); // the child's main thread has nothing else to do
        Console.Write("begun");
    }

    private static IEnumerable<object?> Work(ManualResetEventSlim begun, Task ending)
    {
        begun.Set();
        var (pixels, weight) = (ones(1, 4, 16, 16), ones(4, 4, 3, 3));
        ending.Wait(); // so that the unit is running when the process ends
        for (var i = 0; i < 1000; i++)
        {
            nn.functional.conv2d(pixels, weight).Dispose();
        }

        Console.Write(", ended");
        yield return null;
        Console.Write(", next unit");
        yield return null;
    }
}
