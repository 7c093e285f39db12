using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using System.Security.Cryptography;

namespace MaskUNet.Runtime;

/// <summary>
/// TorchSharp's library for a Linux system whose libstdc++ is older than GCC 13's. The library asks for <see cref="Version"/> only on
/// behalf of <see cref="UnusedSymbol"/>, which GCC 13's headers name to force the newer library and nothing calls; a copy that marks
/// the version as weak loads. Once it is in the process, the dynamic loader gives it to whoever asks for the same library's name.
/// </summary>
internal static class RelaxedLibrary
{
    /// <summary>The symbol version that the loader misses.</summary>
    public const string Version = "GLIBCXX_3.4.32";

    /// <summary>The one symbol that it stands for.</summary>
    public const string UnusedSymbol = "_ZSt21ios_base_library_initv";

    /// <summary>Whether the libstdc++ of this system has what the library asks for, so that nothing needs to be done.</summary>
    public static bool IsUnneeded() =>
        NativeLibrary.TryLoad("libstdc++.so.6", out var libstdcxx) && NativeLibrary.TryGetExport(libstdcxx, UnusedSymbol, out _);

    /// <summary>Loads a relaxed copy from the cache folder; from a private temporary one where that cannot be used.</summary>
    /// <exception cref="BadImageFormatException">The file is not the library that this knows.</exception>
    /// <exception cref="DllNotFoundException">The copy does not load either.</exception>
    /// <exception cref="IOException">No copy can be written anywhere.</exception>
    /// <exception cref="UnauthorizedAccessException">No copy can be written anywhere.</exception>
    [UnsupportedOSPlatform("windows")]
    public static void Load(string original, string? cacheFolder)
    {
        var image = File.ReadAllBytes(original);
        var hash = Convert.ToHexStringLower(SHA256.HashData(image));
        if (!WeakSymbolVersion.TryMark(image, Version, UnusedSymbol))
        {
            throw new BadImageFormatException($"it asks for {Version} in a way this version of MaskUNet does not know");
        }

        if (cacheFolder is null || !TryLoadFrom(Path.Combine(cacheFolder, hash), Path.GetFileName(original), image))
        {
            LoadTemporary(Path.GetFileName(original), image);
        }
    }

    [UnsupportedOSPlatform("windows")]
    private static bool TryLoadFrom(string folder, string name, byte[] image)
    {
        try
        {
            NativeLibrary.Load(NativeCache.Store(folder, name, image));
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or DllNotFoundException)
        {
            return false; // read-only, full, another user's, or mounted noexec
        }
    }

    [UnsupportedOSPlatform("windows")]
    private static void LoadTemporary(string name, byte[] image)
    {
        var folder = Directory.CreateTempSubdirectory("maskunet-");
        try
        {
            NativeLibrary.Load(NativeCache.Store(folder.FullName, name, image));
        }
        finally
        {
            folder.Delete(recursive: true); // a loaded library needs its file no longer
        }
    }
}
