using System.Text.Json.Nodes;
using MaskUNet.Checkpoints;
using MaskUNet.Tests.TestSupport;

namespace MaskUNet.Tests.Checkpoints;

/// <summary>Single files of the real models, by their recorded names and shapes.</summary>
public class SingleFileTests
{
    [FixtureTheory("keys")]
    [InlineData("sd15-unet", "sd15-text")]
    [InlineData("sd21-unet", "sd21-text")]
    public void A_real_single_file_has_the_keys_and_the_published_configurations_of_its_parts(string unet, string text)
    {
        var parts = SingleFile.Parts(Whole(unet, text), new());

        parts.RequireOneModel();
        Check(parts.UNet, unet);
        Check(parts.Vae, "sd-vae");
        Check(parts.TextEncoder, text);
        parts.SchedulerConfig.ClassName.Should().NotBeNull();
    }

    [FixtureFact("keys")]
    public void Parts_of_two_models_are_refused_by_their_names()
    {
        var parts = SingleFile.Parts(Whole("sd15-unet", "sd15-text"), new());
        var mixed = parts with { UNet = SingleFile.Parts(Whole("sd21-unet", "sd21-text"), new()).UNet };

        var require = mixed.RequireOneModel;

        require.Should().Throw<CheckpointException>().WithMessage("*1024*Stable Diffusion 2*768*Stable Diffusion 1*");
    }

    [FixtureTheory("keys")]
    [InlineData(9, "*9, 3, 3*inpainting*")]
    [InlineData(3, "*3, 3, 3*ConfigFolder*")]
    public void A_model_with_other_inputs_is_refused(long inputs, string message)
    {
        var whole = Whole("sd15-unet", "sd15-text");
        var other = whole.Entries.Values.Select(entry => (entry.Name, entry.Name.EndsWith("input_blocks.0.0.weight", StringComparison.Ordinal) ? [320, inputs, 3, 3] : entry.Shape.ToArray()));

        var open = () => SingleFile.Parts(new KeyFixtures.Listed("inpainting.ckpt", other), new());

        open.Should().Throw<CheckpointException>().WithMessage(message);
    }

    [FixtureFact("keys")]
    public void A_file_without_an_autoencoder_is_refused()
    {
        var whole = Whole("sd15-unet", "sd15-text");
        var rest = whole.Entries.Values.Where(entry => !entry.Name.StartsWith("first_stage_model.", StringComparison.Ordinal)).Select(entry => (entry.Name, entry.Shape.ToArray()));

        var open = () => SingleFile.Parts(new KeyFixtures.Listed("pruned.ckpt", rest), new());

        open.Should().Throw<CheckpointException>().WithMessage("*pruned.ckpt*no autoencoder*");
    }

    [FixtureFact("keys")]
    public void Averaged_weights_that_are_not_there_are_refused()
    {
        var open = () => SingleFile.Parts(Whole("sd15-unet", "sd15-text"), new() { UseAveragedWeights = true });

        open.Should().Throw<CheckpointException>().WithMessage("*model_ema*");
    }

    [FixtureTheory("keys")]
    [InlineData("sdxl-unet", "*U-Net of Stable Diffusion XL*")]
    [InlineData("lora-sd15-r4-kohya", "*LoRA*")]
    [InlineData("sd15-text", "*text encoder*model_index.json*")]
    public void A_foreign_file_is_named_before_anything_is_built(string listing, string message)
    {
        var foreign = new KeyFixtures.Listed("foreign.safetensors", KeyFixtures.Listing(listing).Select(row => (row.Key, row.Value)));

        var open = () => SingleFile.Parts(foreign, new());

        open.Should().Throw<CheckpointException>().WithMessage(message);
    }

    private static void Check(ModelPart part, string listing)
    {
        part.Weights.Entries!.ToDictionary(entry => entry.Key, entry => string.Join(',', entry.Value.Shape))
            .Should().BeEquivalentTo(KeyFixtures.Listing(listing).ToDictionary(entry => entry.Key, entry => string.Join(',', entry.Value)));
        foreach (var (key, value) in Fixtures.Json("keys", listing + ".json")["config"]!.AsObject().Where(entry => entry.Key != "sample_size"))
        {
            JsonNode.DeepEquals(part.Config[key], value).Should().BeTrue($"{key} of {part.Name}");
        }
    }

    private static KeyFixtures.Listed Whole(string unet, string text) => new("model.ckpt", new[] { unet, "sd-vae", text }.SelectMany(Part)
        .Append(("alphas_cumprod", [1000])).DistinctBy(tensor => tensor.Item1));

    private static IEnumerable<(string, long[])> Part(string model)
    {
        // Only the U-Net of Stable Diffusion 1 has its names recorded; those of 2 are the same.
        var map = model.EndsWith("-unet", StringComparison.Ordinal) ? "sd15-unet" : model;
        var listing = KeyFixtures.Listing(model);
        return Fixtures.Json("keys", map + "-from-ldm.json")["pairs"]!.AsArray()
            .Select(row => ((string)row![0]!, row.AsArray().Count > 3 ? KeyFixtures.Shape(row[3]!) : listing[(string)row[1]!]));
    }
}
