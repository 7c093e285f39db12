using MaskUNet.Training;

namespace MaskUNet.Tests.Training.Data;

public class RowGroupCacheTests
{
    private readonly List<int> reads = [];

    [Fact]
    public void What_was_asked_for_last_is_kept()
    {
        var cache = Cache(capacity: 2);
        foreach (var group in new[] { 0, 1, 0, 2, 0, 1, 1 })
        {
            cache[group].Captions.Should().HaveCount(group);
        }

        reads.Should().Equal(0, 1, 2, 1);
    }

    [Fact]
    public void A_failure_is_not_kept()
    {
        var cache = Cache(capacity: 2, failures: 1);
        var read = () => cache[3];
        read.Should().Throw<DatasetException>();
        cache[3].Captions.Should().HaveCount(3);
        reads.Should().Equal(3, 3);
    }

    private RowGroupCache Cache(int capacity, int failures = 0) => new(capacity, group =>
    {
        reads.Add(group);
        return failures-- > 0 ? throw new DatasetException("The drive is away.") : new ParquetRows([], new ReadOnlyMemory<char>?[group]);
    });
}
