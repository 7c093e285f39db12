using MaskUNet.Shapes.Scenes;
using MaskUNet.Training;

namespace MaskUNet.Tests.Training.Data;

public class SceneDatasetTests
{
    [Theory]
    [InlineData(SceneSplit.Training)]
    [InlineData(SceneSplit.HeldOut)]
    public void Its_pictures_are_the_source_s_scenes(SceneSplit split)
    {
        var (dataset, source) = (new SceneDataset(seed: 3, split, count: 100), new SceneSource(3, split));
        dataset.Count.Should().Be(100);
        dataset.Name.Should().Contain("3").And.Contain($"{split}");
        foreach (var i in new[] { 0, 99 })
        {
            dataset.Load(i).Caption.Should().Be(source[i].Caption);
            dataset.Load(i).Picture.Pixels.ToArray().Should().Equal(source[i].Render().Pixels.ToArray());
        }
    }

    [Fact]
    public void A_reader_reads_it_in_parallel_as_one_by_one()
    {
        var dataset = new SceneDataset(seed: 3);
        dataset.Count.Should().Be(1_000_000);
        var together = new PictureReader(dataset, preparation: null, seed: 1).Read(0, 16);
        var apart = Enumerable.Range(0, 16).Select(i => new PictureReader(dataset, preparation: null, seed: 1).Read(i, 1)[0]);
        together.Select(picture => picture.Caption).Should().Equal(apart.Select(picture => picture.Caption));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(100)]
    public void Scenes_outside_it_are_refused(long index)
    {
        var load = () => new SceneDataset(seed: 3, count: 100).Load(index);
        load.Should().Throw<InvalidOptionException>().WithMessage($"*no scene {index}*");
    }

    [Fact]
    public void No_scenes_are_refused()
    {
        var none = () => new SceneDataset(seed: 3, count: 0);
        none.Should().Throw<InvalidOptionException>().WithMessage("*0 scenes*");
    }
}
