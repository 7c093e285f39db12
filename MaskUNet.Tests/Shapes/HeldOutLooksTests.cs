using MaskUNet.Shapes.Prompts;
using MaskUNet.Shapes.Scenes;

namespace MaskUNet.Tests.Shapes;

public class HeldOutLooksTests
{
    [Fact]
    public void Every_pair_of_attributes_is_learned()
    {
        var looks = (
            from shape in Enum.GetValues<ShapeKind>()
            from color in Enum.GetValues<ShapeColor>()
            from texture in Enum.GetValues<ShapeTexture>()
            select (shape, color, texture)).ToArray();
        var (heldOut, shown) = (looks.Where(IsHeldOut).ToArray(), looks.Where(look => !IsHeldOut(look)).ToArray());

        heldOut.Should().HaveCount(32);
        heldOut.Select(look => (look.shape, look.texture)).Should().OnlyHaveUniqueItems();
        shown.Select(look => (look.shape, look.color)).Distinct().Should().HaveCount(8 * 8);
        shown.Select(look => (look.shape, look.texture)).Distinct().Should().HaveCount(8 * 4);
        shown.Select(look => (look.color, look.texture)).Distinct().Should().HaveCount(8 * 4);

        static bool IsHeldOut((ShapeKind Shape, ShapeColor Color, ShapeTexture Texture) look) => HeldOutLooks.Contains(look.Shape, look.Color, look.Texture);
    }

    [Fact]
    public void Training_scenes_show_none_and_held_out_ones_name_one_each()
    {
        var (training, heldOut) = (new SceneSource(3), new SceneSource(3, SceneSplit.HeldOut));
        var captions = new HashSet<string>();
        for (var i = 0; i < 2000; i++)
        {
            training[i].Objects.Should().NotContain(thing => HeldOutLooks.Contains(thing.Shape, thing.Color, thing.Texture));
            HeldOutLooks.Contains(training[i].Prompt).Should().BeFalse();
            HeldOutLooks.Contains(heldOut[i].Prompt).Should().BeTrue();
            captions.Add(training[i].Caption);
        }

        Enumerable.Range(0, 2000).Should().NotContain(i => captions.Contains(heldOut[i].Caption));
    }
}
