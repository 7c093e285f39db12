using MaskUNet.Checkpoints;
using MaskUNet.Masking;
using MaskUNet.Tests.TestSupport;
using MaskUNet.UNet;

namespace MaskUNet.Tests.Masking;

public class MaskTargetsTests
{
    private static readonly Dictionary<string, UNet2DConditionConfig> FullSizes = new()
    {
        ["sd15"] = new() { CrossAttentionDim = 768 },
        ["sd21"] = new() { CrossAttentionDim = 1024, AttentionHeads = [5, 10, 20, 20], UseLinearProjection = true },
    };

    public static IEnumerable<object[]> Models => FullSizes.Keys.Select(name => new object[] { name });

    [FixtureTheory("masks")]
    [MemberData(nameof(Models))]
    public void The_papers_layers_are_the_recorded_ones(string model)
    {
        using var unet = new UNet2DConditionModel(FullSizes[model], new MetaWeights());
        var targets = MaskTargets.DecoderAttention.Of(unet);
        var recorded = Fixtures.Json("masks", "layers.json")[model]!;
        targets.Layers.Select(layer => $"{layer.Name} {string.Join('x', layer.Shape)}").Should().Equal(
            recorded["layers"]!.AsObject().Select(row => $"{row.Key} {string.Join('x', row.Value!.AsArray().Select(size => (long)size!))}"));
        targets.Layers.Should().HaveCount((int)recorded["count"]!);
        targets.WeightCount.Should().Be((long)recorded["weights"]!);
    }

    [Fact]
    public void Stable_Diffusion_1_5_has_72_masked_layers_with_49029120_weights_and_prints_them()
    {
        using var unet = new UNet2DConditionModel(FullSizes["sd15"], new MetaWeights());
        var targets = MaskTargets.DecoderAttention.Of(unet);
        targets.Layers.Should().HaveCount(72);
        targets.WeightCount.Should().Be(49_029_120);
        targets.IncludesEncoder.Should().BeFalse();
        targets.ToString().Should().StartWith("attention projections of the decoder half: 72 layers, 49,029,120 weights")
            .And.Contain("  up_blocks.3.attentions.2.transformer_blocks.0.attn2.to_out.0 [320, 320]");
    }

    [Fact]
    public void Targets_combine_and_all_of_them_cover_every_weight_but_norms_and_biases()
    {
        using var unet = new UNet2DConditionModel(FullSizes["sd15"], new MetaWeights());
        MaskTargets.Convolutions.InDecoder().Of(unet).Layers.Should().HaveCount(27);
        (MaskTargets.Attention.InBlocks("mid_block") + MaskTargets.FeedForward.InBlocks("mid_block")).Of(unet).Layers.Should().HaveCount(10);
        MaskTargets.All.Of(unet).Layers.Select(layer => layer.WeightName).Should().BeEquivalentTo(
            unet.Weights.Where(weight => weight.Key.EndsWith(".weight", StringComparison.Ordinal) && weight.Value.dim() > 1).Select(weight => weight.Key));
        MaskTargets.All.Of(unet).IncludesEncoder.Should().BeTrue();
    }

    [Fact]
    public void A_rule_of_ones_own_cannot_pass_for_one_of_the_class() =>
        FluentActions.Invoking(() => MaskTargets.Where(MaskTargets.All.ToString(), _ => false))
            .Should().Throw<InvalidOptionException>().WithMessage("'all layers' describes one of MaskTargets' own rules*otherwise.");

    [Fact]
    public void Targets_that_cover_nothing_are_refused_in_words()
    {
        using var unet = new UNet2DConditionModel(FullSizes["sd15"], new MetaWeights());
        var act = () => MaskTargets.Attention.InBlocks("up_blocks.9").Of(unet);
        act.Should().Throw<InvalidOptionException>().WithMessage("*attention projections of up_blocks.9*none*");
    }
}
