namespace MaskUNet.Shapes.Train;

/// <summary>How programs end that go on where they were stopped: what went wrong in words, and an exit code.</summary>
internal static class ResumableRun
{
    private const int Failed = 1;
    private const int Stopped = 130; // as shells have it for Ctrl+C

    public static async Task<int> ExitCodeAsync(Func<Task> work)
    {
        try
        {
            await work();
            return 0;
        }
        catch (Exception e) when (e is MaskUNetException or IOException or UnauthorizedAccessException)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return Failed;
        }
        catch (OperationCanceledException)
        {
            Console.WriteLine("Stopped. The same command goes on from here.");
            return Stopped;
        }
    }
}
