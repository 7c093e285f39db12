using System.Text.Json.Nodes;
using MaskUNet.Prompting.Clip;
using MaskUNet.Rewards.Clip;

namespace MaskUNet.Tests.Rewards.Clip;

public class ClipConfigTests
{
    [Fact]
    public void Absent_values_are_the_defaults_of_transformers() =>
        ClipConfig.Parse(Parse("""{"text_config": {}, "vision_config": {}}""")).Should().Be(new ClipConfig());

    [Fact]
    public void A_second_description_of_a_tower_counts() => ClipConfig.Parse(Parse(
            """{"text_config": {"hidden_size": 8}, "text_config_dict": {"hidden_size": 16}, "vision_config": {"hidden_size": 12}, "vision_config_dict": null}"""))
        .Should().Be(new ClipConfig { Text = new() { HiddenSize = 16 }, Vision = new() { HiddenSize = 12 } });

    [Theory]
    [InlineData("hidden_size", "0")]
    [InlineData("hidden_size", "\"wide\"")]
    [InlineData("num_hidden_layers", "16777216")]
    [InlineData("intermediate_size", "-1")]
    [InlineData("num_attention_heads", "7")]
    [InlineData("hidden_act", "\"relu\"")]
    [InlineData("layer_norm_eps", "0")]
    [InlineData("image_size", "0")]
    [InlineData("image_size", "16")]
    [InlineData("patch_size", "0")]
    [InlineData("num_channels", "4")]
    public void A_value_of_the_vision_tower_that_makes_no_sense_is_named(string name, string value)
    {
        var parse = () => ClipConfig.Parse(new JsonObject { ["text_config"] = new JsonObject(), ["vision_config"] = new JsonObject { [name] = JsonNode.Parse(value) } });

        parse.Should().Throw<CheckpointException>().WithMessage($"*{name}*");
    }

    [Theory]
    [InlineData("""{"vision_config": {}}""", "text_config")]
    [InlineData("""{"text_config": {}, "vision_config": 3}""", "vision_config")]
    [InlineData("""{"text_config": {"hidden_size": 0}, "vision_config": {}}""", "text_config")]
    [InlineData("""{"text_config": {}, "vision_config": {}, "projection_dim": 0}""", "projection_dim")]
    [InlineData("""{"text_config": {}, "vision_config": {}, "logit_scale_init_value": "x"}""", "logit_scale_init_value")]
    public void A_config_of_another_kind_is_refused(string json, string named)
    {
        var parse = () => ClipConfig.Parse(Parse(json));

        parse.Should().Throw<CheckpointException>().WithMessage($"*{named}*");
    }

    [Fact]
    public void Open_clip_s_absent_values_are_its_defaults() => ClipConfig.Parse(Parse("""{"vision_cfg": {}, "text_cfg": {}}"""))
        .Should().Be(new ClipConfig
        {
            Text = new() { Activation = ClipActivation.Gelu, EndId = 2 }, // the largest id
            Vision = new() { Activation = ClipActivation.Gelu, PatchSize = 16 },
        });

    [Theory]
    [InlineData("""{"vision_cfg": {}}""", "text_cfg")]
    [InlineData("""{"vision_cfg": {"timm_model_name": "vit"}, "text_cfg": {}}""", "timm_model_name")]
    [InlineData("""{"vision_cfg": {"layers": [3, 4, 6, 3]}, "text_cfg": {}}""", "layers")]
    [InlineData("""{"vision_cfg": {"pool_type": "avg"}, "text_cfg": {}}""", "pool_type")]
    [InlineData("""{"vision_cfg": {"width": 200}, "text_cfg": {}}""", "num_attention_heads")]
    [InlineData("""{"vision_cfg": {}, "text_cfg": {"hf_model_name": "roberta"}}""", "hf_model_name")]
    [InlineData("""{"vision_cfg": {}, "text_cfg": {"mlp_ratio": 1e300}}""", "intermediate_size")]
    [InlineData("""{"vision_cfg": {}, "text_cfg": {}, "multimodal_cfg": {}}""", "multimodal_cfg")]
    public void Another_kind_of_model_of_open_clip_is_refused(string json, string named)
    {
        var parse = () => ClipConfig.Parse(Parse(json));

        parse.Should().Throw<CheckpointException>().WithMessage($"*{named}*");
    }

    private static JsonObject Parse(string json) => JsonNode.Parse(json)!.AsObject();
}
