using MaskUNet.Checkpoints;
using MaskUNet.Tests.TestSupport;
using static TorchSharp.torch;

namespace MaskUNet.Tests.Checkpoints;

public class StateDictReportTests
{
    [Fact]
    public void Missing_unexpected_and_misshapen_keys_are_all_counted()
    {
        var message = Report(
            [("blocks.0.weight", [2, 2]), ("blocks.1.weight", [2, 2]), ("blocks.2.weight", [2, 2]), ("bias", [3]), ("scale", [3])],
            [("bias", [4]), ("scale", [3]), ("extra", [1])]);

        message.Should().Contain("3 missing: blocks.*.weight (3)");
        message.Should().Contain("1 unexpected: extra");
        message.Should().Contain("1 of another shape: bias is [4], needed [3]");
        message.Should().NotContain("scale");
    }

    [Fact]
    public void Many_kinds_of_keys_are_told_apart_by_their_outer_parts_only()
    {
        var keys = Enumerable.Range(0, 40).SelectMany(i => (string[])[$"down.{i}.layer{i}.weight", $"up.{i}.layer{i}.weight"]);

        var message = Report([.. keys.Select(key => (key, new long[] { 1 }))], []);

        message.Should().Contain("80 missing").And.Contain("more groups");
        message.Length.Should().BeLessThan(800);
    }

    [Fact]
    public void A_prefix_before_every_key_is_named() =>
        Report([("a.weight", [1]), ("b.weight", [1])], [("module.a.weight", [1]), ("module.b.weight", [1])]).Should().Contain("prefix 'module.'");

    [FixtureTheory("keys")]
    [InlineData("sd21-unet", "sd15-unet", "*U-Net of Stable Diffusion 2*of another shape*is [320, 320], needed [320, 320, 1, 1]*")]
    [InlineData("sd15-unet", "sd21-unet", "*U-Net of Stable Diffusion 1*of another shape*is [320, 320, 1, 1], needed [320, 320]*")]
    [InlineData("sd-vae", "sd15-unet", "*autoencoder*686 missing*248 unexpected*")]
    [InlineData("openclip-vit-h14", "sd21-text", "*OpenAI and open_clip*372 missing*")]
    [InlineData("lora-sd15-r4-kohya", "sd15-unet", "*LoRA*686 missing*")]
    public void The_likely_cause_is_named(string given, string wanted, string message) =>
        Report([.. KeyFixtures.Listing(wanted).Select(row => (row.Key, row.Value))], [.. KeyFixtures.Listing(given).Select(row => (row.Key, row.Value))])
            .Should().Match(message).And.Subject.Length.Should().BeLessThan(3000);

    [FixtureFact("keys")]
    public void A_single_file_in_place_of_a_part_is_named()
    {
        var whole = Fixtures.Json("keys", "sd15-unet-from-ldm.json")["pairs"]!.AsArray().Select(row => ((string)row![0]!, new long[] { 1 }))
            .Append(("cond_stage_model.transformer.text_model.final_layer_norm.weight", [1]));

        Report([.. KeyFixtures.Listing("sd15-unet").Select(row => (row.Key, row.Value))], [.. whole]).Should().Contain("whole Stable Diffusion 1.x model in one file");
    }

    private static string Report((string Key, long[] Shape)[] wanted, (string Key, long[] Shape)[] given)
    {
        using var weights = new ModelWeights(new KeyFixtures.Listed("given.safetensors", given), device: META);
        foreach (var (key, shape) in wanted)
        {
            weights.Root.Take(key, shape);
        }

        var complete = () => weights.Complete("the model");

        return complete.Should().Throw<CheckpointException>().Which.Message;
    }
}
