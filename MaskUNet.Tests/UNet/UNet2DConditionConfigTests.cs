using System.Text.Json.Nodes;
using MaskUNet.UNet;

namespace MaskUNet.Tests.UNet;

public class UNet2DConditionConfigTests
{
    [Fact]
    public void Absent_values_and_features_that_are_off_are_the_defaults()
    {
        var config = Parse("""{"only_cross_attention": [false, false], "downsample_padding": 1, "conv_in_kernel": 3, "mid_block_scale_factor": 1.0}""");
        config.Should().BeEquivalentTo(new UNet2DConditionConfig());
    }

    [Theory]
    [InlineData("layers_per_block", "-1")]
    [InlineData("layers_per_block", "2000000000")]
    [InlineData("in_channels", "-4")]
    [InlineData("out_channels", "0")]
    [InlineData("block_out_channels", "[1073741824, 1073741824, 1073741824, 1073741824]")]
    [InlineData("block_out_channels", "[]")]
    [InlineData("block_out_channels", "[320, 640, 1280]")]
    [InlineData("block_out_channels", "[320, 640, 1280, 1281]")]
    [InlineData("sample_size", "0")]
    [InlineData("sample_size", "-8")]
    [InlineData("sample_size", "2000000000")]
    [InlineData("freq_shift", "160")]
    [InlineData("freq_shift", "-1")]
    [InlineData("norm_eps", "-1e-5")]
    [InlineData("norm_num_groups", "0")]
    [InlineData("norm_num_groups", "7")]
    [InlineData("cross_attention_dim", "0")]
    [InlineData("attention_head_dim", "0")]
    [InlineData("attention_head_dim", "[8, 8]")]
    [InlineData("attention_head_dim", "3")]
    [InlineData("up_block_types", "[\"DownBlock2D\", \"UpBlock2D\", \"UpBlock2D\", \"UpBlock2D\"]")]
    [InlineData("down_block_types", "[\"DownBlock2D\", \"UpBlock2D\", \"DownBlock2D\", \"DownBlock2D\"]")]
    [InlineData("only_cross_attention", "[true, true, true, false]")]
    [InlineData("downsample_padding", "0")]
    [InlineData("mid_block_scale_factor", "2")]
    [InlineData("time_embedding_act_fn", "\"silu\"")]
    [InlineData("conv_in_kernel", "1")]
    [InlineData("transformer_layers_per_block", "[1, 2, 10]")]
    [InlineData("act_fn", "\"\\ud800\"")]
    public void A_value_that_makes_no_U_Net_is_named(string key, string value)
    {
        var parse = () => Parse($$"""{"{{key}}": {{value}}}""");

        parse.Should().Throw<CheckpointException>().WithMessage($"*unet/config.json*{(value.Contains("ud800", StringComparison.Ordinal) ? "Unicode" : key)}*");
    }

    private static UNet2DConditionConfig Parse(string json) => UNet2DConditionConfig.Parse(JsonNode.Parse(json)!.AsObject(), "unet/config.json");
}
