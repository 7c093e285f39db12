using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace MaskUNet.Runtime;

/// <summary>
/// Loads TorchSharp's native library. On Linux distributions whose libstdc++ is older than GCC 13's (Debian 12, Ubuntu 22.04) the library
/// does not load as it comes, though it needs nothing of the newer one; this loads a copy that says so.
/// </summary>
/// <remarks>
/// Runs by itself before MaskUNet first touches TorchSharp. A program that uses TorchSharp before it uses MaskUNet calls
/// <see cref="EnsureLoaded"/> first. Thread-safe.
/// </remarks>
public static class NativeTorch
{
    private const string LibraryFile = "libLibTorchSharp.so";
    private const string TooNew = "GLIBCXX_3.4.32";
    private static readonly Lazy<NativeLibraryException?> Loading = new(Load);

    /// <summary>Loads the native library, once a process.</summary>
    /// <exception cref="NativeLibraryException">The library is missing or cannot be loaded; the message says what to do.</exception>
    public static void EnsureLoaded()
    {
        if (Loading.Value is { } failure)
        {
            throw new NativeLibraryException(failure.Message, failure);
        }
    }

    [ModuleInitializer]
    [SuppressMessage("Usage", "CA2255", Justification = "TorchSharp must find the library already loaded, whatever of this package is used first.")]
    internal static void Prepare() => _ = Loading.Value;

    private static NativeLibraryException? Load()
    {
        if (!OperatingSystem.IsLinux() || FindNativeFolder() is not { } folder)
        {
            return null; // TorchSharp's own loader knows what to do, or says what is missing
        }

        var original = Path.Combine(folder, LibraryFile);
        if (NativeLibrary.TryLoad(original, out _))
        {
            return null;
        }

        try
        {
            foreach (var dependency in (string[])["libc10.so", "libtorch_cpu.so", "libtorch.so"])
            {
                NativeLibrary.Load(Path.Combine(folder, dependency));
            }

            NativeLibrary.Load(RelaxedCopy(original));
            return null;
        }
        catch (Exception e) when (e is DllNotFoundException or BadImageFormatException or IOException or UnauthorizedAccessException)
        {
            return new NativeLibraryException($"{original} cannot be loaded: {e.Message}", e);
        }
    }

    private static string? FindNativeFolder()
    {
        var searched = AppContext.GetData("NATIVE_DLL_SEARCH_DIRECTORIES") as string ?? "";
        return searched.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Append(AppContext.BaseDirectory)
            .FirstOrDefault(folder => File.Exists(Path.Combine(folder, LibraryFile)));
    }

    private static string RelaxedCopy(string original)
    {
        var image = File.ReadAllBytes(original);
        var cache = Path.Combine(
            Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.Create),
            "MaskUNet", "native", Convert.ToHexStringLower(SHA256.HashData(image))[..16]);
        var copy = Path.Combine(cache, LibraryFile);
        if (!File.Exists(copy))
        {
            if (WeakSymbolVersion.Mark(image, TooNew) == 0)
            {
                throw new BadImageFormatException($"it does not ask for {TooNew}, so the cause is another one");
            }

            Directory.CreateDirectory(cache);
            var temporary = Path.Combine(cache, $"{Guid.NewGuid():N}.tmp");
            File.WriteAllBytes(temporary, image);
            File.Move(temporary, copy, overwrite: true);
        }

        return copy;
    }
}
