using System.Text.Json.Nodes;
using MaskUNet.Checkpoints;
using MaskUNet.Latents;
using MaskUNet.Tests.TestSupport;

namespace MaskUNet.Tests.Latents;

public class AutoencoderKLConfigTests
{
    [Fact]
    public void An_empty_object_has_the_defaults_of_diffusers()
    {
        var config = AutoencoderKLConfig.Parse([]);
        config.ScalingFactor.Should().Be(0.18215);
        config.NormNumGroups.Should().Be(32);
        config.BlockOutChannels.Should().Equal(64);
        config.UseQuantConv.Should().BeTrue();
        config.MidBlockAddAttention.Should().BeTrue();
        config.ForceUpcast.Should().BeTrue();
    }

    [Fact]
    public void Keys_of_the_file_are_read_and_unknown_ones_ignored()
    {
        var config = Parse("""{"_class_name": "AutoencoderKL", "scaling_factor": 0.13025, "force_upcast": false, "latents_mean": null, "sample_size": 1024}""");
        config.ScalingFactor.Should().Be(0.13025);
        config.ForceUpcast.Should().BeFalse();
    }

    [Theory]
    [InlineData("""{"latent_channels": "four"}""", "latent_channels")]
    [InlineData("""{"block_out_channels": "wide"}""", "block_out_channels")]
    [InlineData("""{"latent_channels": 0}""", "latent_channels is 0")]
    [InlineData("""{"latent_channels": 2000000000}""", "latent_channels is 2000000000")]
    [InlineData("""{"block_out_channels": []}""", "block_out_channels is 0")]
    [InlineData("""{"block_out_channels": [48]}""", "48 is not a multiple of norm_num_groups 32")]
    [InlineData("""{"block_out_channels": [32, 32]}""", "up_block_types has 1 entries and block_out_channels 2")]
    [InlineData("""{"up_block_types": ["AttnUpDecoderBlock2D"]}""", "AttnUpDecoderBlock2D")]
    [InlineData("""{"up_block_types": [null]}""", "up_block_types")]
    [InlineData("""{"act_fn": "gelu"}""", "gelu")]
    [InlineData("""{"norm_num_groups": 0}""", "norm_num_groups is 0")]
    [InlineData("""{"scaling_factor": -1}""", "scaling_factor is -1")]
    [InlineData("""{"shift_factor": 0.1159}""", "shift_factor is 0.1159")]
    public void A_damaged_or_foreign_configuration_is_named(string json, string named)
    {
        var parse = () => Parse(json);
        parse.Should().Throw<CheckpointException>().WithMessage($"*vae/config.json*{named}*");
    }

    [Fact]
    public void A_missing_file_is_named()
    {
        var load = () => AutoencoderKLConfig.Load("nowhere/config.json");
        load.Should().Throw<CheckpointException>().WithMessage("*nowhere/config.json*");
    }

    [FixtureFact(VaeFixtures.Area)]
    public void Weights_of_another_architecture_are_named()
    {
        var pipelines = VaeFixtures.Pipelines("vae").ToArray();
        var build = () => new AutoencoderKL(AutoencoderKLConfig.StableDiffusion, VaeFixtures.Weights(pipelines[0]));
        build.Should().Throw<CheckpointException>().WithMessage("*AutoencoderKL*of another shape*encoder.conv_in.weight*");
    }

    [FixtureFact("keys")]
    public void The_architecture_asks_for_the_published_checkpoint_s_keys()
    {
        var published = Fixtures.Json("keys", "sd-vae.json");
        using var model = new AutoencoderKL(AutoencoderKLConfig.Parse(published["config"]!.AsObject()), new MetaWeights());
        model.Weights.Select(weight => $"{weight.Key} {string.Join(' ', weight.Value.shape)}").Should().BeEquivalentTo(
            published["keys"]!.AsArray().Select(key => $"{key![0]} {string.Join(' ', key[1]!.AsArray())}"));
    }

    private static AutoencoderKLConfig Parse(string json) => AutoencoderKLConfig.Parse(JsonNode.Parse(json)!.AsObject(), "vae/config.json");
}
