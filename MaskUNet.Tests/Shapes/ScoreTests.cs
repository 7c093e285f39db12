using MaskUNet.Images;
using MaskUNet.Shapes.Judging;
using MaskUNet.Shapes.Prompts;
using MaskUNet.Shapes.Scenes;

namespace MaskUNet.Tests.Shapes;

/// <summary>What GenEval and T2I-CompBench say of pictures that are right, and of pictures that are wrong in one thing.</summary>
public class ScoreTests
{
    [Theory]
    [InlineData("a circle", "a blue circle", GenEvalTask.SingleObject, true)]
    [InlineData("a circle", "a blue ring", GenEvalTask.SingleObject, false)]
    [InlineData("a circle", "two red circles", GenEvalTask.SingleObject, true)]
    [InlineData("a circle and a star", "a red circle and a blue star", GenEvalTask.TwoObjects, true)]
    [InlineData("a circle and a star", "a red circle and a blue heart", GenEvalTask.TwoObjects, false)]
    [InlineData("three hearts", "three red hearts", GenEvalTask.Counting, true)]
    [InlineData("three hearts", "two red hearts", GenEvalTask.Counting, false)]
    [InlineData("three hearts", "four red hearts", GenEvalTask.Counting, false)]
    [InlineData("a pink cross", "a pink dotted cross", GenEvalTask.Colors, true)]
    [InlineData("a pink cross", "a purple cross", GenEvalTask.Colors, false)]
    [InlineData("a green star left of a yellow ring", "a green star left of a yellow ring", GenEvalTask.Position, true)]
    [InlineData("a green star left of a yellow ring", "a green star right of a yellow ring", GenEvalTask.Position, false)]
    [InlineData("a green star left of a yellow ring", "a yellow star left of a green ring", GenEvalTask.Position, false)]
    [InlineData("a red circle above two squares", "a red circle above two squares", GenEvalTask.Position, true)]
    [InlineData("a red circle above two squares", "a red circle above a blue square", GenEvalTask.Position, false)]
    [InlineData("a red circle and a blue square", "a blue square and a red circle", GenEvalTask.ColorAttribution, true)]
    [InlineData("a red circle and a blue square", "a blue circle and a red square", GenEvalTask.ColorAttribution, false)]
    [InlineData("a red circle and a blue circle", "a blue circle and a red circle", GenEvalTask.ColorAttribution, true)]
    [InlineData("a red circle and a blue circle", "two red circles", GenEvalTask.ColorAttribution, false)]
    public void GenEval_judges(string prompt, string shown, GenEvalTask task, bool correct)
    {
        for (var seed = 0; seed < 5; seed++)
        {
            var result = GenEval.Score(ScenePrompt.Parse(prompt), Picture(shown, seed));
            (result.Task, result.Correct).Should().Be((task, correct), "seed {0}: {1}", seed, result);
        }
    }

    [Fact]
    public void GenEval_tells_what_is_wrong()
    {
        var prompt = ScenePrompt.Parse("a green star left of a yellow ring");
        GenEval.Score(prompt, Picture("a green star right of a yellow ring")).Should().Be(new GenEvalResult(GenEvalTask.Position, true, true, false));
        GenEval.Score(prompt, Picture("a yellow star left of a green ring")).Should().Be(new GenEvalResult(GenEvalTask.Position, true, false, true));
        GenEval.Score(prompt, Picture("a green star")).Should().Be(new GenEvalResult(GenEvalTask.Position, false, false, false));
        GenEval.Score(ScenePrompt.Parse("a star"), Picture("a star")).Should().Be(new GenEvalResult(GenEvalTask.SingleObject, true, null, null));
    }

    [Fact]
    public void CompBench_multiplies_over_phrases()
    {
        var prompt = ScenePrompt.Parse("a red striped circle above a blue plain square");
        var right = CompBench.Score(prompt, Picture("a red striped circle above a blue plain square"));
        var bothColorsWrong = CompBench.Score(prompt, Picture("a blue striped circle above a red plain square"));
        var oneTextureWrong = CompBench.Score(prompt, Picture("a red striped circle above a blue chequered square"));
        var oneShapeWrong = CompBench.Score(prompt, Picture("a red striped circle above a blue plain heart"));

        (right.Color > 0.5 && right.Shape > 0.5 && right.Texture > 0.5).Should().BeTrue("all is right: {0}", right);
        (bothColorsWrong.Color, bothColorsWrong.Shape > 0.5, bothColorsWrong.Texture > 0.5).Should().Be((0, true, true));
        (oneTextureWrong.Color > 0.5, oneTextureWrong.Shape > 0.5, oneTextureWrong.Texture).Should().Be((true, true, 0));
        oneShapeWrong.Should().Be(new CompBenchScores(0, 0, 0));
    }

    [Fact]
    public void CompBench_scores_only_what_is_named()
    {
        var picture = Picture("a red striped circle above a blue plain square");
        var objects = SceneOracle.Read(picture);
        var circle = objects.Single(reading => reading.Shape == ShapeKind.Circle);
        var square = objects.Single(reading => reading.Shape == ShapeKind.Square);

        CompBench.Score(ScenePrompt.Parse("a red circle and a square"), objects).Should().Be(
            new CompBenchScores(circle.ShapeConfidence * circle.ColorConfidence, circle.ShapeConfidence * square.ShapeConfidence, null));
        CompBench.Score(ScenePrompt.Parse("two circles"), []).Should().Be(new CompBenchScores(null, 0, null));
    }

    private static RgbImage Picture(string caption, int seed = 0) => Scene.Of(ScenePrompt.Parse(caption), seed).Render();
}
