using MaskUNet.Samples.Results;
using MaskUNet.Tests.TestSupport;

namespace MaskUNet.Tests.Samples;

public sealed class JournalTests : IDisposable
{
    private static readonly PictureKey First = new(0, 0), Second = new(1, 2);
    private static readonly Kind Other = Kinds.Plain with { Version = "other" };

    private readonly TemporaryFolder folder = new();

    [Fact]
    public void What_was_added_is_there_when_it_is_opened_again()
    {
        using (var journal = new Journal(Path))
        {
            journal.Add(SomeFigures.Drawing(Kinds.Plain, First, SomeFigures.Of(texture: 0.25, rewards: 3)));
            journal.Add(SomeFigures.Drawing(Other, Second, SomeFigures.Of(right: false)));
        }

        using var again = new Journal(Path);
        (again.Count(Kinds.Plain, First), again.Count(Kinds.Plain, Second), again.Count(Other, Second)).Should().Be((1, 0, 1));
        again.Of(Kinds.Plain).Single().Value.Should().BeEquivalentTo(SomeFigures.Drawing(Kinds.Plain, First, SomeFigures.Of(texture: 0.25, rewards: 3)));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(40)]
    public void A_line_that_a_kill_cut_short_is_forgotten_and_written_again(int cut)
    {
        using (var journal = new Journal(Path))
        {
            journal.Add(SomeFigures.Drawing(Kinds.Plain, First, SomeFigures.Of()));
            journal.Add(SomeFigures.Drawing(Kinds.Plain, Second, SomeFigures.Of()));
        }

        var whole = File.ReadAllBytes(Path);
        File.WriteAllBytes(Path, whole[..^cut]);
        using (var journal = new Journal(Path))
        {
            (journal.Count(Kinds.Plain, First), journal.Count(Kinds.Plain, Second)).Should().Be((1, 0));
            journal.Add(SomeFigures.Drawing(Kinds.Plain, Second, SomeFigures.Of()));
        }

        File.ReadAllBytes(Path).Should().Equal(whole);
    }

    private string Path => folder["journal.jsonl"];

    public void Dispose() => folder.Dispose();
}
