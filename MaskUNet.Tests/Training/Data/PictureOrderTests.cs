using MaskUNet.Training;

namespace MaskUNet.Tests.Training.Data;

public class PictureOrderTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(16)]
    [InlineData(17)]
    [InlineData(1000)]
    [InlineData(65_537)]
    [InlineData(1_000_003)]
    public void Every_epoch_shows_each_picture_once(int count)
    {
        var order = new PictureOrder(count, seed: 7);
        foreach (var epoch in new long[] { 0, 1, 1000 })
        {
            var seen = new bool[count];
            for (var i = 0; i < count; i++)
            {
                seen[order[(epoch * count) + i]] = true;
            }

            seen.Should().NotContain(false);
        }
    }

    [Fact]
    public void Epochs_and_seeds_have_orders_of_their_own()
    {
        var orders = from seed in new long[] { 0, 1, -1, long.MinValue }
            from epoch in Enumerable.Range(0, 3)
            select string.Join(' ', Enumerable.Range(0, 100).Select(i => new PictureOrder(100, seed)[(epoch * 100) + i]));

        orders.Should().OnlyHaveUniqueItems();
    }

    // Chi-squared with n - 1 degrees of freedom: its mean is n - 1, its standard deviation sqrt(2 (n - 1)).
    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(10)]
    [InlineData(100)]
    public void Each_picture_comes_first_equally_often(int count)
    {
        const int draws = 20_000;
        var first = new int[count];
        for (var epoch = 0L; epoch < draws; epoch++)
        {
            first[new PictureOrder(count, seed: 3)[epoch * count]]++;
        }

        var expected = (double)draws / count;
        first.Sum(times => (times - expected) * (times - expected) / expected).Should().BeLessThan(count - 1 + (5 * Math.Sqrt(2 * (count - 1))));
    }

    [Theory]
    [InlineData(10)]
    [InlineData(1000)]
    public void Neighbours_in_the_dataset_do_not_stay_neighbours(int count)
    {
        var order = new PictureOrder(count, seed: 3);
        var neighbours = Enumerable.Range(0, 500).Sum(epoch =>
            Enumerable.Range(0, count - 1).Count(i => order[((long)epoch * count) + i + 1] == order[((long)epoch * count) + i] + 1));

        // A random permutation has (n - 1) / n of them on average, with about the same variance.
        var mean = 500.0 * (count - 1) / count;
        ((double)neighbours).Should().BeApproximately(mean, 5 * Math.Sqrt(mean));
    }

    [Fact]
    public void Long_datasets_have_orders_too()
    {
        foreach (var count in new[] { int.MaxValue + 5L, (1L << 62) + 1, long.MaxValue })
        {
            var order = new PictureOrder(count, seed: 1);
            var indexes = Enumerable.Range(0, 1000).Select(i => order[count - 1000 + i]).ToArray();
            indexes.Should().OnlyHaveUniqueItems().And.OnlyContain(index => index >= 0 && index < count);
        }
    }

    [Fact]
    public void The_order_is_the_same_on_every_machine() =>
        Enumerable.Range(0, 12).Select(i => new PictureOrder(6, seed: 42)[i]).Should().Equal(3, 0, 1, 5, 4, 2, 2, 4, 3, 5, 1, 0);

    [Fact]
    public void There_is_no_order_of_nothing()
    {
        var nothing = () => new PictureOrder(0, seed: 1);
        nothing.Should().Throw<InvalidOptionException>().WithMessage("*0 pictures*");
    }
}
