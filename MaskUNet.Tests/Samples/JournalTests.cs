using MaskUNet.Samples.Results;
using MaskUNet.Tests.TestSupport;

namespace MaskUNet.Tests.Samples;

public sealed class JournalTests : IDisposable
{
    private static readonly PictureKey First = new(0, 0), Second = new(1, 2);

    private readonly TemporaryFolder folder = new();

    [Fact]
    public void What_was_added_is_there_when_it_is_opened_again()
    {
        using (var journal = new Journal(Path))
        {
            journal.Add(SomeFigures.Drawing("plain", First, 2, SomeFigures.Of(texture: 0.25, rewards: 3)));
            journal.Add(SomeFigures.Drawing("other", Second, 1, SomeFigures.Of(right: false)));
        }

        using var again = new Journal(Path);
        (again.Has("plain", First), again.Has("plain", Second), again.Has("other", Second)).Should().Be((true, false, true));
        again.Of("plain").Single().Value.Should().BeEquivalentTo(SomeFigures.Drawing("plain", First, 2, SomeFigures.Of(texture: 0.25, rewards: 3)));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(40)]
    public void A_line_that_a_kill_cut_short_is_forgotten_and_drawn_again(int cut)
    {
        using (var journal = new Journal(Path))
        {
            journal.Add(SomeFigures.Drawing("plain", First, 2, SomeFigures.Of()));
            journal.Add(SomeFigures.Drawing("plain", Second, 2, SomeFigures.Of()));
        }

        var whole = File.ReadAllBytes(Path);
        File.WriteAllBytes(Path, whole[..^cut]);
        using (var journal = new Journal(Path))
        {
            (journal.Has("plain", First), journal.Has("plain", Second)).Should().Be((true, false));
            journal.Add(SomeFigures.Drawing("plain", Second, 2, SomeFigures.Of()));
        }

        File.ReadAllBytes(Path).Should().Equal(whole);
    }

    private string Path => folder["journal.jsonl"];

    public void Dispose() => folder.Dispose();
}
