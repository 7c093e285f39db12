using MaskUNet.Runtime;

namespace MaskUNet.Tests.Runtime;

public class WeakSymbolVersionTests
{
    private static readonly string RealLibrary = Path.Combine(AppContext.BaseDirectory, "runtimes", "linux-x64", "native", "libLibTorchSharp.so");

    [Fact]
    public void The_flags_of_the_named_version_become_weak_and_nothing_else_changes()
    {
        var (before, after) = (new SyntheticElf().Build(), new SyntheticElf().Build());
        TryMark(after).Should().BeTrue();
        before[SyntheticElf.FlagsOffset(1)] = 2;
        after.Should().Equal(before);
    }

    [Fact]
    public void TorchSharps_own_library_can_be_marked_and_differs_in_one_byte()
    {
        var before = File.ReadAllBytes(RealLibrary);
        var after = before.ToArray();
        TryMark(after).Should().BeTrue();
        Differences(before, after).Should().ContainSingle();
        TryMark(after).Should().BeTrue("marking twice is marking once");
        Differences(before, after).Should().ContainSingle();
    }

    public static TheoryData<string, object> Refused => new()
    {
        { "the version is not asked for", new SyntheticElf { Versions = ["GLIBCXX_3.4.30", "GLIBCXX_3.4.31"] } },
        { "the version stands for another symbol", new SyntheticElf { Symbols = [("called", 2, false), ("_ZSomethingNew", 3, false)], Relocations = [1] } },
        { "the version stands for a second symbol", new SyntheticElf { Symbols = [("_ZSt21ios_base_library_initv", 3, false), ("_ZSomethingNew", 3, false)], Relocations = [] } },
        { "the version stands for no symbol", new SyntheticElf { Symbols = [("called", 2, false)], Relocations = [1] } },
        { "the library defines the symbol", new SyntheticElf { Symbols = [("called", 2, false), ("_ZSt21ios_base_library_initv", 3, true)], Relocations = [1] } },
        { "a relocation refers to the symbol", new SyntheticElf { Relocations = [1, 2] } },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public void A_library_is_left_alone_when(string reason, object elf)
    {
        var before = ((SyntheticElf)elf).Build();
        var after = before.ToArray();
        TryMark(after).Should().BeFalse(reason);
        after.Should().Equal(before);
    }

    [Theory]
    [InlineData(4, 1)] // 32-bit
    [InlineData(5, 2)] // big-endian
    [InlineData(0, 0)] // no ELF at all
    [InlineData(0x3a, 40)] // section headers of another size
    public void A_foreign_file_is_left_alone(int at, byte value)
    {
        var before = new SyntheticElf().Build();
        before[at] = value;
        var after = before.ToArray();
        TryMark(after).Should().BeFalse();
        after.Should().Equal(before);
    }

    [Fact]
    public void A_file_cut_short_anywhere_is_left_alone()
    {
        var whole = new SyntheticElf().Build();
        for (var length = 0; length < whole.Length; length++)
        {
            var cut = whole[..length];
            TryMark(cut).Should().BeFalse($"it ends after {length} bytes");
            cut.Should().Equal(whole[..length]);
        }
    }

    [Fact]
    public void Damaged_files_never_throw_and_change_by_two_bytes_at_most()
    {
        var random = new Random(1);
        var whole = new SyntheticElf().Build();
        for (var round = 0; round < 20_000; round++)
        {
            var before = whole.ToArray();
            for (var edits = random.Next(1, 6); edits > 0; edits--)
            {
                before[random.Next(before.Length)] = (byte)(random.Next(4) == 0 ? 0xff : random.Next(256));
            }

            CheckDamaged(before);
        }
    }

    [Fact]
    public void Damage_to_the_headers_of_TorchSharps_library_never_throws_either()
    {
        var random = new Random(2);
        var whole = File.ReadAllBytes(RealLibrary);
        var headers = (int)BitConverter.ToUInt64(whole, 0x28);
        for (var round = 0; round < 100; round++)
        {
            var before = whole.ToArray();
            for (var edits = 0; edits < 3; edits++)
            {
                before[random.Next(2) == 0 ? random.Next(64) : random.Next(headers, before.Length)] = (byte)random.Next(256);
            }

            CheckDamaged(random.Next(4) == 0 ? before[..random.Next(before.Length)] : before);
        }
    }

    private static bool TryMark(byte[] image) => WeakSymbolVersion.TryMark(image, RelaxedLibrary.Version, RelaxedLibrary.UnusedSymbol);

    private static void CheckDamaged(byte[] before)
    {
        var after = before.ToArray();
        if (TryMark(after))
        {
            var changed = Differences(before, after);
            (changed.Count == 0 || changed[^1] - changed[0] <= 1).Should().BeTrue();
        }
        else
        {
            after.AsSpan().SequenceEqual(before).Should().BeTrue();
        }
    }

    private static List<int> Differences(byte[] before, byte[] after) =>
        [.. Enumerable.Range(0, before.Length).Where(i => before[i] != after[i])];
}
