using MaskUNet.Rewards;
using MaskUNet.Tests.TestSupport;

namespace MaskUNet.Tests.Rewards;

public class CentreCropTests
{
    public static IEnumerable<object[]> Cases() => !Fixtures.Has("rewards") ? [] :
        from one in Fixtures.Json("rewards", "resize", "sizes.json")["cases"]!.AsArray()
        select new object[]
        {
            (int)one["height"]!, (int)one["width"]!, (int)one["size"]!,
            Pair(one["resized"]!), Pair(one["torchvision_crop_top_left"]!), Pair(one["hf_processor_crop_top_left"]!),
        };

    [FixtureTheory("rewards")]
    [MemberData(nameof(Cases))]
    public void Sizes_and_offsets_are_the_references_ones(int height, int width, int size, int[] resized, int[] torchvision, int[] transformers)
    {
        foreach (var (rounding, topLeft) in ((CropRounding, int[])[])[(CropRounding.HalfToEven, torchvision), (CropRounding.Down, transformers)])
        {
            var axes = CentreCrop.Axes(height, width, size, rounding);

            new[] { axes.Height.To, axes.Width.To }.Should().Equal(resized);
            new[] { axes.Height.First, axes.Width.First }.Should().Equal(topLeft);
            (axes.Height.Count, axes.Width.Count).Should().Be((size, size));
        }
    }

    private static int[] Pair(System.Text.Json.Nodes.JsonNode pair) => [(int)pair[0]!, (int)pair[1]!];
}
