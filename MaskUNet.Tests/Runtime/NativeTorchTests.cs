using System.Globalization;
using MaskUNet.Runtime;
using MaskUNet.Tests.TestSupport;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Tests.Runtime;

public sealed class NativeTorchTests : IDisposable
{
    private const string PyTorchsFirstNumber = "1.9269";
    private readonly TemporaryFolder temporary = new();

    public void Dispose() => temporary.Dispose();

    [Fact]
    public void TorchSharp_loads_in_this_process_and_draws_PyTorchs_numbers()
    {
        NativeTorch.EnsureLoaded();
        using var scope = NewDisposeScope();
        var noise = randn([1, 4, 64, 64], generator: new Generator(42, CPU));
        noise.data<float>().Take(3).Should().Equal([1.926915f, 1.4872841f, 0.9007172f], (a, b) => Math.Abs(a - b) < 1e-6);
    }

    public static TheoryData<string, string?> Homes => new() { { "unset", null }, { "empty", "" }, { "no folder", "/dev/null" } };

    [Theory]
    [MemberData(nameof(Homes))]
    public async Task A_console_program_works_where_HOME_is(string what, string? home)
    {
        var child = await RunAsync(home);
        child.Output.Trim().Should().Be(PyTorchsFirstNumber, $"HOME is {what}; {child.Error}");
        child.ExitCode.Should().Be(0);
    }

    [Fact]
    public async Task Several_first_programs_at_once_all_work()
    {
        var children = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => RunAsync(temporary.Path)));
        children.Should().AllSatisfy(child => child.Output.Trim().Should().Be(PyTorchsFirstNumber, child.Error));
    }

    [OlderLibstdcxxFact]
    public async Task A_damaged_copy_in_the_cache_is_replaced_before_it_is_loaded()
    {
        await RunAsync(temporary.Path);
        var copy = Directory.GetFiles(temporary.Path, "libLibTorchSharp.so", SearchOption.AllDirectories).Should().ContainSingle().Subject;
        var right = File.ReadAllBytes(copy);
        File.WriteAllBytes(copy, right[..(right.Length / 2)]);
        var child = await RunAsync(temporary.Path);
        child.Output.Trim().Should().Be(PyTorchsFirstNumber, child.Error);
        File.ReadAllBytes(copy).Should().Equal(right);
    }

    [Fact]
    public async Task Without_libtorch_the_message_names_the_package_to_add()
    {
        CopyProgram(withTorchSharpsLibrary: true);
        var child = await LoadAndReportAsync();
        child.Output.Should().Contain("NativeLibraryException").And.Contain(NativeLibraryFailure.CpuPackage).And.Contain("MaskUNetBackend", child.Error);
    }

    [Fact]
    public async Task Without_any_native_library_the_message_names_the_package_to_add()
    {
        CopyProgram(withTorchSharpsLibrary: false);
        var child = await LoadAndReportAsync();
        child.Output.Should().Contain("NativeLibraryException").And.Contain(NativeLibraryFailure.CpuPackage, child.Error);
    }

    [Fact]
    public async Task A_damaged_library_is_an_error_of_ours_that_names_it()
    {
        CopyProgram(withTorchSharpsLibrary: true);
        using (var library = File.OpenWrite(temporary[NativeFile]))
        {
            library.SetLength(100);
        }

        var child = await LoadAndReportAsync();
        child.Output.Should().Contain("NativeLibraryException").And.Contain("LibTorchSharp").And.NotContain("brings no libtorch", child.Error);
    }

    private static string NativeFile =>
        OperatingSystem.IsWindows() ? "LibTorchSharp.dll" : OperatingSystem.IsMacOS() ? "libLibTorchSharp.dylib" : "libLibTorchSharp.so";

    private static void DrawANumber()
    {
        using var weights = new MaskUNet.Checkpoints.ModelWeights(new MaskUNet.Checkpoints.MetaWeights());
        using var noise = randn([1, 4, 64, 64], generator: new Generator(42, CPU));
        Console.WriteLine(noise[0, 0, 0, 0].item<float>().ToString("f4", CultureInfo.InvariantCulture));
    }

    private static void LoadAndReport()
    {
        try
        {
            NativeTorch.EnsureLoaded();
        }
        catch (MaskUNetException e)
        {
            Console.WriteLine($"{e.GetType().Name}: {e.Message}");
        }
    }

    // TorchSharp looks for libtorch in the package cache too: here that is empty.
    private Task<ChildProcess> LoadAndReportAsync() => ChildProcess.RunAsync(
        LoadAndReport, new Dictionary<string, string?> { ["HOME"] = temporary.Path, ["NUGET_PACKAGES"] = temporary.Path }, temporary.Path);

    private static Task<ChildProcess> RunAsync(string? home) => ChildProcess.RunAsync(
        DrawANumber, new Dictionary<string, string?> { ["HOME"] = home, ["XDG_DATA_HOME"] = null });

    /// <summary>This program in a folder of its own that brings no libtorch.</summary>
    private void CopyProgram(bool withTorchSharpsLibrary)
    {
        foreach (var file in Directory.GetFiles(AppContext.BaseDirectory, "*.dll").Append(Path.Combine(AppContext.BaseDirectory, "MaskUNet.Tests.runtimeconfig.json")))
        {
            File.Copy(file, temporary[Path.GetFileName(file)]);
        }

        if (withTorchSharpsLibrary)
        {
            File.Copy(Path.Combine(AppContext.BaseDirectory, "runtimes", NativeLibraryFailure.CpuPackage["libtorch-cpu-".Length..], "native", NativeFile), temporary[NativeFile]);
        }
    }
}
