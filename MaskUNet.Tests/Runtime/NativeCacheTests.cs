using System.Runtime.Versioning;
using MaskUNet.Runtime;
using MaskUNet.Tests.TestSupport;

namespace MaskUNet.Tests.Runtime;

[UnsupportedOSPlatform("windows")]
public sealed class NativeCacheTests : IDisposable
{
    private static readonly byte[] Content = [.. Enumerable.Range(0, 5000).Select(i => (byte)(i * 7))];
    private readonly TemporaryFolder temporary = new();

    public void Dispose() => temporary.Dispose();

    [UnixFact]
    public void A_new_file_holds_the_content_in_folders_of_the_user_alone()
    {
        var path = NativeCache.Store(temporary["a", "b"], "lib.so", Content);
        File.ReadAllBytes(path).Should().Equal(Content);
        File.GetUnixFileMode(temporary["a", "b"]).Should().Be(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        (File.GetUnixFileMode(path) & (UnixFileMode.GroupWrite | UnixFileMode.OtherWrite)).Should().Be(UnixFileMode.None);
        Directory.GetFiles(temporary["a", "b"]).Should().ContainSingle("no temporary file stays behind");
    }

    [UnixFact]
    public void A_file_that_is_already_right_is_not_written_again()
    {
        var path = NativeCache.Store(temporary.Path, "lib.so", Content);
        var written = new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc);
        File.SetLastWriteTimeUtc(path, written);
        NativeCache.Store(temporary.Path, "lib.so", Content);
        File.GetLastWriteTimeUtc(path).Should().Be(written);
    }

    [UnixTheory]
    [InlineData(0, 0)] // empty
    [InlineData(2500, 0)] // half-written
    [InlineData(5000, 1)] // of the right length, with another byte
    [InlineData(6000, 0)] // too long
    public void A_half_written_or_tampered_file_is_replaced(int length, int difference)
    {
        var damaged = new byte[length];
        Content.AsSpan(0, Math.Min(length, Content.Length)).CopyTo(damaged);
        if (difference != 0)
        {
            damaged[^1] ^= 1;
        }

        File.WriteAllBytes(temporary["lib.so"], damaged);
        File.ReadAllBytes(NativeCache.Store(temporary.Path, "lib.so", Content)).Should().Equal(Content);
    }

    [UnixFact]
    public void A_folder_that_others_may_write_is_closed_to_them()
    {
        File.SetUnixFileMode(temporary.Path, (UnixFileMode)511);
        NativeCache.Store(temporary.Path, "lib.so", Content);
        File.GetUnixFileMode(temporary.Path).Should().Be((UnixFileMode)448);
    }

    [UnixFact]
    public void A_place_that_cannot_be_a_folder_is_an_input_output_error()
    {
        File.WriteAllText(temporary["file"], "");
        temporary.Invoking(t => NativeCache.Store(t["file", "below"], "lib.so", Content)).Should().Throw<IOException>();
    }

    [UnixFact]
    public void Writers_at_once_all_find_a_whole_file()
    {
        Parallel.For(0, 32, new ParallelOptions { MaxDegreeOfParallelism = 8 }, _ =>
            File.ReadAllBytes(NativeCache.Store(temporary.Path, "lib.so", Content)).Should().Equal(Content));
        Directory.GetFiles(temporary.Path).Should().ContainSingle();
    }
}
