using MaskUNet.Shapes.Judging;
using MaskUNet.Shapes.Prompts;

namespace MaskUNet.Tests.Shapes;

public class RelativePositionTests
{
    private static readonly ObjectBox Middle = new(20, 20, 20, 20);

    [Theory]
    [InlineData(-25, 0, SpatialRelation.LeftOf)]
    [InlineData(25, 0, SpatialRelation.RightOf)]
    [InlineData(0, -25, SpatialRelation.Above)]
    [InlineData(0, 25, SpatialRelation.Below)]
    [InlineData(30, 12, SpatialRelation.RightOf)]
    [InlineData(25, -25, SpatialRelation.RightOf, SpatialRelation.Above)]
    public void A_relation_holds_along_the_offset_and_two_may_along_a_diagonal(double x, double y, params SpatialRelation[] relations) =>
        RelativePosition.Of(Middle with { X = 20 + x, Y = 20 + y }, Middle).Should().Equal(relations);

    [Theory]
    [InlineData(0, 0)]
    [InlineData(3, -3)]
    [InlineData(7, 0)]
    public void Objects_at_the_same_place_are_in_no_relation(double x, double y) =>
        RelativePosition.Of(Middle with { X = 20 + x, Y = 20 + y }, Middle).Should().BeEmpty();

    [Fact]
    public void The_offset_is_shortened_by_a_tenth_of_both_sizes_but_measured_whole()
    {
        // (9 - 4) / 9 = 0.56, (8 - 4) / 8 = 0.5, which is not beyond the threshold.
        RelativePosition.Of(Middle with { X = 29 }, Middle).Should().Equal(SpatialRelation.RightOf);
        RelativePosition.Of(Middle with { X = 28 }, Middle).Should().BeEmpty();
        RelativePosition.Of(Middle with { X = 28 }, Middle, threshold: 0.4).Should().Equal(SpatialRelation.RightOf);
    }
}
