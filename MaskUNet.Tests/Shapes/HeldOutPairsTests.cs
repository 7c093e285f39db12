using MaskUNet.Shapes.Prompts;
using MaskUNet.Shapes.Scenes;

namespace MaskUNet.Tests.Shapes;

public class HeldOutPairsTests
{
    [Fact]
    public void Each_colour_and_each_shape_lacks_one_partner()
    {
        var pairs = (from color in Enum.GetValues<ShapeColor>() from shape in Enum.GetValues<ShapeKind>() where HeldOutPairs.Contains(color, shape) select (color, shape)).ToArray();

        pairs.Should().HaveCount(8);
        pairs.Select(pair => pair.color).Should().OnlyHaveUniqueItems();
        pairs.Select(pair => pair.shape).Should().OnlyHaveUniqueItems();
        pairs.Should().OnlyContain(pair => HeldOutPairs.ColorOf(pair.shape) == pair.color);
    }

    [Fact]
    public void Training_scenes_show_none_and_held_out_ones_name_one_each()
    {
        var (training, heldOut) = (new SceneSource(3), new SceneSource(3, SceneSplit.HeldOut));
        var captions = new HashSet<string>();
        for (var i = 0; i < 2000; i++)
        {
            training[i].Objects.Should().NotContain(thing => HeldOutPairs.Contains(thing.Color, thing.Shape));
            HeldOutPairs.Contains(training[i].Prompt).Should().BeFalse();
            HeldOutPairs.Contains(heldOut[i].Prompt).Should().BeTrue();
            captions.Add(training[i].Caption);
        }

        Enumerable.Range(0, 2000).Should().NotContain(i => captions.Contains(heldOut[i].Caption));
    }
}
