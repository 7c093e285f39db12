using MaskUNet.Shapes.Prompts;
using MaskUNet.Shapes.Scenes;

namespace MaskUNet.Tests.Shapes;

public class CaptionTests
{
    [Theory]
    [InlineData(SceneSplit.Training)]
    [InlineData(SceneSplit.HeldOut)]
    public void Every_caption_is_read_back(SceneSplit split)
    {
        var source = new SceneSource(5, split);
        var words = new HashSet<string>();
        for (var i = 0; i < 2000; i++)
        {
            ScenePrompt.Parse(source[i].Caption).Should().Be(source[i].Prompt, source[i].Caption);
            ScenePrompt.Parse(source[i].Prompt.ToString()).Should().Be(source[i].Prompt);
            words.UnionWith(source[i].Caption.Split(' '));
        }

        words.Order(StringComparer.Ordinal).Should().Equal(CaptionVocabulary.Words);
    }

    [Fact]
    public void Captions_are_worded_in_many_ways()
    {
        var source = new SceneSource(5);
        var captions = Enumerable.Range(0, 1000).Select(i => source[i].Caption).ToArray();
        foreach (var wording in (string[])["a picture of", "to the left of", "over", "one", "with dots", "striped red", "red striped", " and "])
        {
            captions.Should().Contain(caption => caption.Contains(wording, StringComparison.Ordinal));
        }
    }

    [Fact]
    public void A_caption_says_what_the_prompt_holds()
    {
        var prompt = ScenePrompt.Parse("A red striped circle above two blue squares.");

        prompt.Should().Be(new ScenePrompt(
            new ObjectPhrase(ShapeKind.Circle, ShapeColor.Red, ShapeTexture.Striped),
            new ObjectPhrase(ShapeKind.Square, ShapeColor.Blue, count: 2),
            SpatialRelation.Above));
        prompt.ToString().Should().Be("a red striped circle above two blue squares");
        ScenePrompt.Parse("an orange ring with checks").First.Texture.Should().Be(ShapeTexture.Chequered);
    }

    [Theory]
    [InlineData("", "its end")]
    [InlineData("a red", "its end")]
    [InlineData("a red dog", "'dog' (word 3)")]
    [InlineData("two red circle", "'circle' (word 3)")]
    [InlineData("a red blue circle", "'blue' (word 3)")]
    [InlineData("a circle beside a square", "'beside' (word 3)")]
    [InlineData("a circle with spots", "'spots' (word 4)")]
    [InlineData("a circle and a square and a star", "'and' (word 6)")]
    public void What_is_not_of_the_grammar_is_refused_at_the_word(string caption, string where)
    {
        ScenePrompt.TryParse(caption).Should().BeNull();
        var parse = () => ScenePrompt.Parse(caption);
        parse.Should().Throw<InvalidOptionException>().WithMessage($"The caption '{caption}' is not understood at {where}*");
    }

    [Fact]
    public void Prompts_that_mean_nothing_are_refused()
    {
        var none = () => new ObjectPhrase(ShapeKind.Star, count: 0);
        none.Should().Throw<InvalidOptionException>().WithMessage("*not 0*");
        var unrelated = () => new ScenePrompt(new ObjectPhrase(ShapeKind.Star), relation: SpatialRelation.Below);
        unrelated.Should().Throw<InvalidOptionException>().WithMessage("*Below*");
    }
}
