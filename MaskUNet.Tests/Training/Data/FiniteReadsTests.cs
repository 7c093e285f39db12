using MaskUNet.Tests.TestSupport;
using MaskUNet.Training;

namespace MaskUNet.Tests.Training.Data;

public sealed class FiniteReadsTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void The_end_of_the_file_is_an_exception()
    {
        using var reads = Open(5);
        reads.Read(new byte[9]).Should().Be(5);
        var further = () => reads.ReadByte();
        further.Should().Throw<EndOfStreamException>();
    }

    [Fact]
    public async Task Going_round_in_the_file_is_an_exception()
    {
        using var reads = Open(1 << 16);
        var buffer = new byte[1 << 16];
        var round = async () =>
        {
            for (var i = 0; i < 100; i++)
            {
                reads.Position = 0;
                await reads.ReadExactlyAsync(buffer);
            }
        };
        (await round.Should().ThrowAsync<EndOfStreamException>()).Which.Message.Should().Contain("round in it");
    }

    private FiniteReads Open(int length)
    {
        File.WriteAllBytes(folder["file"], new byte[length]);
        return new FiniteReads(File.OpenRead(folder["file"]));
    }
}
