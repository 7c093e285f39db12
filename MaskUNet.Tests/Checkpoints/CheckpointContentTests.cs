using MaskUNet.Checkpoints;
using MaskUNet.Tests.TestSupport;

namespace MaskUNet.Tests.Checkpoints;

public class CheckpointContentTests
{
    [FixtureTheory("keys")]
    [InlineData("sd15-unet", nameof(CheckpointKind.UNet1))]
    [InlineData("sd21-unet", nameof(CheckpointKind.UNet2))]
    [InlineData("sdxl-unet", nameof(CheckpointKind.UNetXL))]
    [InlineData("sd-vae", nameof(CheckpointKind.Autoencoder))]
    [InlineData("sd15-text", nameof(CheckpointKind.ClipText1))]
    [InlineData("sd21-text", nameof(CheckpointKind.ClipText2))]
    [InlineData("clip-vit-l14-hf", nameof(CheckpointKind.Clip))]
    [InlineData("clip-vit-l14-openai", nameof(CheckpointKind.OpenClip))]
    [InlineData("openclip-vit-h14", nameof(CheckpointKind.OpenClip))]
    [InlineData("imagereward", nameof(CheckpointKind.ImageReward))]
    [InlineData("blip-vqa-original", nameof(CheckpointKind.BlipVqa))]
    [InlineData("blip-vqa-hf", nameof(CheckpointKind.BlipVqa))]
    [InlineData("lora-sd15-r4-diffusers", nameof(CheckpointKind.Lora))]
    [InlineData("lora-sd15-r4-diffusers-old", nameof(CheckpointKind.Lora))]
    [InlineData("lora-sd15-r4-peft", nameof(CheckpointKind.Lora))]
    [InlineData("lora-sd15-r4-kohya", nameof(CheckpointKind.Lora))]
    [InlineData("fid-inception", nameof(CheckpointKind.Unknown))]
    public void A_real_checkpoint_is_recognised_by_its_keys(string listing, string kind) =>
        Kind([.. KeyFixtures.Listing(listing).Select(row => (row.Key, row.Value))]).Should().Be(Enum.Parse<CheckpointKind>(kind));

    [Theory]
    [InlineData("conditioner.embedders.0.transformer.text_model.x", nameof(CheckpointKind.StableDiffusionXL))]
    [InlineData("model.diffusion_model.joint_blocks.0.x", nameof(CheckpointKind.DiffusionTransformer))]
    [InlineData("double_blocks.0.img_attn.qkv.weight", nameof(CheckpointKind.DiffusionTransformer))]
    [InlineData("control_model.input_blocks.0.0.weight", nameof(CheckpointKind.ControlNet))]
    [InlineData("controlnet_down_blocks.0.weight", nameof(CheckpointKind.ControlNet))]
    [InlineData("model.diffusion_model.out.0.weight", nameof(CheckpointKind.LdmUNet))]
    [InlineData("first_stage_model.quant_conv.weight", nameof(CheckpointKind.LdmAutoencoder))]
    [InlineData("text_model.embeddings.token_embedding.weight", nameof(CheckpointKind.ClipText))]
    [InlineData("something.weight", nameof(CheckpointKind.Unknown))]
    public void One_telling_key_is_enough(string key, string kind) => Kind((key, [1])).Should().Be(Enum.Parse<CheckpointKind>(kind));

    [Fact]
    public void Vectors_of_a_text_width_are_an_embedding() => Kind(("<cat-toy>", [768])).Should().Be(CheckpointKind.TextualInversion);

    [Fact]
    public void Nothing_is_of_no_known_kind() => Kind().Should().Be(CheckpointKind.Unknown);

    [Fact]
    public void Every_kind_has_words_of_its_own() =>
        Enum.GetValues<CheckpointKind>().Select(CheckpointContent.Describe).Should().OnlyHaveUniqueItems();

    private static CheckpointKind Kind(params (string Name, long[] Shape)[] tensors) => CheckpointContent.KindOf(new KeyFixtures.Listed("x", tensors).Entries);
}
