using System.Runtime.InteropServices;

namespace MaskUNet.Runtime;

/// <summary>
/// How long libtorch's idle worker threads spin before they sleep. OpenMP's default, some milliseconds after every operation, is measured
/// for a machine of one's own: beside other busy processes a run of small operations took seventeen times as long (154 s for 9 s, two
/// cores, a load of 15). Spinning shorter costs nothing that could be measured on a quiet machine.
/// </summary>
internal static partial class ThreadPatience
{
    private const string SpinCount = "GOMP_SPINCOUNT";
    private const string WaitPolicy = "OMP_WAIT_POLICY";
    private const string Short = "2000"; // some microseconds

    /// <summary>Shortens the spinning unless the user has chosen a policy. Must come before libtorch, whose OpenMP reads it once.</summary>
    public static void Limit()
    {
        if (OperatingSystem.IsLinux()
            && Environment.GetEnvironmentVariable(SpinCount) is null && Environment.GetEnvironmentVariable(WaitPolicy) is null)
        {
            // The runtime's own environment is a copy, which native code never sees.
            try
            {
                _ = SetEnvironment(SpinCount, Short, overwrite: 0);
            }
            catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException)
            {
                // Another C library: threads spin as long as they did.
            }
        }
    }

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetEnvironment(string name, string value, int overwrite);
}
