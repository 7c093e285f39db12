using System.Diagnostics;
using System.Reflection;
using System.Runtime.InteropServices;

namespace MaskUNet.Tests.TestSupport;

/// <summary>Runs a static method of the tests in a process of its own, where what the process does to itself is seen by nobody else.</summary>
public sealed record ChildProcess(int ExitCode, string Output, string Error)
{
    /// <summary>The entry point of that process: the names of a type and of its static method.</summary>
    public static void Main(string[] args) =>
        typeof(ChildProcess).Assembly.GetType(args[0], throwOnError: true)!
            .GetMethod(args[1], BindingFlags.Static | BindingFlags.NonPublic | BindingFlags.Public)!
            .Invoke(null, BindingFlags.DoNotWrapExceptions, null, null, null);

    /// <param name="method">A static method without parameters.</param>
    /// <param name="environment">Variables to set, or with null to remove.</param>
    /// <param name="folder">The folder of the program, where it is not the one of the tests.</param>
    public static async Task<ChildProcess> RunAsync(
        Action method, IReadOnlyDictionary<string, string?>? environment = null, string? folder = null)
    {
        using var process = Start(method, environment, folder);
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return new ChildProcess(process.ExitCode, await output, await error);
    }

    /// <summary>The same, for whoever wants to talk to the process while it runs; the caller disposes it.</summary>
    public static Process Start(Action method, IReadOnlyDictionary<string, string?>? environment = null, string? folder = null)
    {
        var start = new ProcessStartInfo(DotnetHost)
        {
            ArgumentList = { "exec", System.IO.Path.Combine(folder ?? AppContext.BaseDirectory, "MaskUNet.Tests.dll"), method.Method.DeclaringType!.FullName!, method.Method.Name },
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment ?? new Dictionary<string, string?>())
        {
            start.Environment[name] = value;
        }

        var process = Process.Start(start)!;
        process.StandardInput.Close();
        return process;
    }

    // The test host is not always the dotnet that runs the tests.
    private static string DotnetHost => System.IO.Path.GetFullPath(
        System.IO.Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet"));
}
