using System.Text.Json.Nodes;
using MaskUNet.Prompting.Clip;

namespace MaskUNet.Tests.Prompting.Clip;

public class ClipTextConfigTests
{
    [Fact]
    public void Absent_values_are_the_defaults_of_transformers() => ClipTextConfig.Parse([]).Should().Be(new ClipTextConfig());

    [Theory]
    [InlineData("hidden_size", "0")]
    [InlineData("hidden_size", "\"wide\"")]
    [InlineData("hidden_size", "1e12")]
    [InlineData("num_hidden_layers", "16777216")]
    [InlineData("intermediate_size", "-1")]
    [InlineData("max_position_embeddings", "0")]
    [InlineData("num_attention_heads", "7")]
    [InlineData("hidden_act", "\"relu\"")]
    [InlineData("layer_norm_eps", "-1")]
    [InlineData("vocab_size", "[1]")]
    public void A_value_that_makes_no_sense_is_named(string name, string value)
    {
        var parse = () => ClipTextConfig.Parse(new JsonObject { [name] = JsonNode.Parse(value) });

        parse.Should().Throw<CheckpointException>().WithMessage($"*{name}*");
    }

    [Theory]
    [InlineData("{\"hidden_size\": ")]
    [InlineData("[]")]
    [InlineData(null)]
    public void A_missing_or_damaged_file_is_named(string? content)
    {
        var path = Path.Combine(Path.GetTempPath(), $"config-{Guid.NewGuid():N}.json");
        try
        {
            if (content is not null)
            {
                File.WriteAllText(path, content);
            }

            var load = () => ClipTextConfig.Load(path);

            load.Should().Throw<CheckpointException>().WithMessage($"*{Path.GetFileName(path)}*");
        }
        finally
        {
            File.Delete(path);
        }
    }
}
