namespace MaskUNet.Runtime;

/// <summary>
/// Starts a thread that allocates from glibc's main arena. The allocator deals its arenas out to new threads in turn and cannot be asked
/// for one, so threads are started, and held, until one has been dealt the right one.
/// </summary>
internal static class MainArenaThread
{
    private const int Attempts = 64; // glibc makes eight arenas a core before it shares them; any arena works, only slower

    public static Thread Start(string name, ThreadStart body)
    {
        var others = new List<Thread>();
        using var found = new ManualResetEventSlim();
        while (true)
        {
            using var dealt = new ManualResetEventSlim();
            var isLast = !NativeMemory.IsKept || others.Count == Attempts;
            var isRight = false;
            var thread = new Thread(() =>
            {
                isRight = isLast || NativeMemory.IsThreadInMainArena();
                dealt.Set();
                if (isRight)
                {
                    body();
                }
                else
                {
                    found.Wait();
                }
            })
            { Name = name, IsBackground = true };
            thread.UnsafeStart(); // it serves many callers, so it keeps nothing of the one who starts it
            dealt.Wait();
            if (isRight)
            {
                found.Set();
                others.ForEach(other => other.Join());
                return thread;
            }

            others.Add(thread);
        }
    }
}
