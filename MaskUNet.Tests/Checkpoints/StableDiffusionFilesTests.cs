using System.Text.Json.Nodes;
using MaskUNet.Checkpoints;
using MaskUNet.Scheduling;
using MaskUNet.Tests.TestSupport;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Tests.Checkpoints;

public class StableDiffusionFilesTests
{
    private const string Variants = "-variants";

    public static IEnumerable<object[]> Folders() => Pipelines().Select(name => new object[] { name });

    public static IEnumerable<object[]> Replaced() => Parts("*" + Variants)
        .Where(part => part.Component is "unet" or "vae" or "text_encoder").Select(part => new object[] { part.Pipeline[..^Variants.Length], part.Component });

    public static IEnumerable<object[]> SingleFiles() => Fixtures.Has("pipelines")
        ? Directory.GetFiles(Fixtures.Path("pipelines", "single-file")).Where(file => !file.EndsWith(".json", StringComparison.Ordinal)).Order()
            .Select(file => new object[] { Path.GetFileName(file) })
        : [];

    [FixtureTheory("pipelines")]
    [MemberData(nameof(Folders))]
    public void A_diffusers_folder_has_its_weights_configs_and_tokenizer(string pipeline)
    {
        using var files = StableDiffusionFiles.Open(Fixtures.Path("pipelines", pipeline));

        foreach (var part in All(files))
        {
            ShouldHoldRecorded(part, pipeline);
            JsonNode.DeepEquals(part.Config, Fixtures.Json("pipelines", pipeline, part.Name, "config.json")).Should().BeTrue();
        }

        files.SchedulerConfig.ToString().Should().Be(SchedulerConfig.Load(Fixtures.Path("pipelines", pipeline, "scheduler")).ToString());
        files.LoadTokenizer().Encode("a cat!").Should().HaveCountGreaterThan(2);
    }

    [FixtureTheory("pipelines")]
    [MemberData(nameof(Replaced))]
    public void Weights_in_other_files_are_the_same(string pipeline, string component)
    {
        using var folder = new PipelineCopy(pipeline);
        folder.Replace(component, Fixtures.Path("pipelines", pipeline + Variants, component));

        using var files = StableDiffusionFiles.Open(folder.Path);

        ShouldHoldRecorded(All(files).Single(part => part.Name == component), pipeline);
    }

    [FixtureTheory("pipelines")]
    [MemberData(nameof(SingleFiles))]
    public void A_single_file_holds_exactly_the_weights_of_its_folder(string file)
    {
        var pipeline = Path.GetFileNameWithoutExtension(file);
        using var files = StableDiffusionFiles.Open(
            Fixtures.Path("pipelines", "single-file", file), new() { ConfigFolder = Fixtures.Path("pipelines", pipeline) });

        foreach (var part in All(files))
        {
            ShouldHoldRecorded(part, pipeline);
        }

        files.LoadTokenizer().PadId.Should().Be(MaskUNet.Prompting.Clip.ClipTokenizer.Load(Fixtures.Path("pipelines", pipeline, "tokenizer")).PadId);
    }

    [FixtureTheory("pipelines")]
    [MemberData(nameof(SingleFiles))]
    public void A_single_file_of_unusual_sizes_asks_for_its_configurations(string file)
    {
        var open = () => StableDiffusionFiles.Open(Fixtures.Path("pipelines", "single-file", file));

        open.Should().Throw<CheckpointException>().WithMessage($"*{nameof(StableDiffusionFilesOptions.ConfigFolder)}*");
    }

    [FixtureTheory("pipelines")]
    [MemberData(nameof(Folders))]
    public void Every_missing_file_is_named_at_once(string pipeline)
    {
        using var folder = new PipelineCopy(pipeline);
        string[] files =
        [
            Path.Combine("unet", "diffusion_pytorch_model.safetensors"), Path.Combine("vae", "config.json"), Path.Combine("tokenizer", "merges.txt"),
            Path.Combine("scheduler", "scheduler_config.json"),
        ];
        foreach (var file in files)
        {
            File.Delete(Path.Combine(folder.Path, file));
        }

        var open = () => StableDiffusionFiles.Open(folder.Path);

        var message = open.Should().Throw<CheckpointException>().Which.Message;
        files.Should().AllSatisfy(file => message.Should().Contain(file));
    }

    [FixtureTheory("pipelines")]
    [MemberData(nameof(Folders))]
    public void A_variant_is_preferred_where_asked_for_and_named_where_absent(string pipeline)
    {
        using var folder = new PipelineCopy(pipeline);
        var vae = Path.Combine(folder.Path, "vae", "diffusion_pytorch_model");
        File.Copy(vae + ".safetensors", vae + ".fp16.safetensors");
        using var plain = StableDiffusionFiles.Open(folder.Path);
        using var half = StableDiffusionFiles.Open(folder.Path, new() { Variant = "fp16" });
        var absent = () => StableDiffusionFiles.Open(folder.Path, new() { Variant = "fp61" });

        plain.Vae.Weights.Name.Should().NotContain("fp16");
        half.Vae.Weights.Name.Should().EndWith(".fp16.safetensors");
        half.UNet.Weights.Name.Should().NotContain("fp16");
        absent.Should().Throw<CheckpointException>().WithMessage("*fp61*fp16*");
    }

    [FixtureTheory("pipelines")]
    [MemberData(nameof(Folders))]
    public void A_part_of_another_kind_is_named(string pipeline)
    {
        using var folder = new PipelineCopy(pipeline);
        File.Copy(
            Path.Combine(folder.Path, "vae", "diffusion_pytorch_model.safetensors"),
            Path.Combine(folder.Path, "unet", "diffusion_pytorch_model.safetensors"),
            overwrite: true);

        var open = () => StableDiffusionFiles.Open(folder.Path);

        open.Should().Throw<CheckpointException>().WithMessage("*unet*U-Net*autoencoder*");
    }

    [FixtureTheory("pipelines")]
    [InlineData("{\"_class_name\": \"StableDiffusionXLPipeline\", \"text_encoder_2\": [\"transformers\", \"CLIPTextModelWithProjection\"]}", "*StableDiffusionXLPipeline*second text encoder*")]
    [InlineData("{\"_class_name\": \"PixArtAlphaPipeline\", \"text_encoder\": [\"transformers\", \"T5EncoderModel\"]}", "*PixArtAlphaPipeline*T5EncoderModel*")]
    [InlineData("{", "*model_index.json*")]
    public void A_folder_of_another_pipeline_is_named(string index, string message)
    {
        using var folder = new PipelineCopy(Pipelines().First());
        File.WriteAllText(Path.Combine(folder.Path, "model_index.json"), index);

        var open = () => StableDiffusionFiles.Open(folder.Path);

        open.Should().Throw<CheckpointException>().WithMessage(message);
    }

    [FixtureTheory("pipelines")]
    [InlineData("unet", "in_channels", 9)]
    [InlineData("unet", "out_channels", 8)]
    [InlineData("vae", "latent_channels", 16)]
    public void A_model_that_takes_more_than_noisy_latents_is_refused(string part, string key, int channels)
    {
        using var folder = new PipelineCopy(Pipelines().First());
        var path = Path.Combine(folder.Path, part, "config.json");
        var config = JsonNode.Parse(File.ReadAllText(path))!;
        config[key] = channels;
        File.WriteAllText(path, config.ToJsonString());

        var open = () => StableDiffusionFiles.Open(folder.Path);

        open.Should().Throw<CheckpointException>().WithMessage($"*{channels}*not supported*");
    }

    [FixtureTheory("pipelines")]
    [InlineData("{")]
    [InlineData("{\"steps_offset\": 1, \"steps_offset\": 2}")]
    public void A_broken_scheduler_configuration_is_named_by_its_path(string content)
    {
        using var folder = new PipelineCopy(Pipelines().First());
        var path = Path.Combine(folder.Path, "scheduler", "scheduler_config.json");
        File.WriteAllText(path, content);

        var open = () => StableDiffusionFiles.Open(folder.Path);

        open.Should().Throw<CheckpointException>().WithMessage($"*{path}*");
    }

    [FixtureTheory("pipelines")]
    [MemberData(nameof(Folders))]
    public void A_file_that_is_only_a_part_is_named(string pipeline)
    {
        var open = () => StableDiffusionFiles.Open(Fixtures.Path("pipelines", pipeline, "vae", "diffusion_pytorch_model.safetensors"));

        open.Should().Throw<CheckpointException>().WithMessage("*autoencoder*model_index.json*");
    }

    [Fact]
    public void A_path_that_is_not_there_is_named()
    {
        var open = () => StableDiffusionFiles.Open("no-such-model");

        open.Should().Throw<CheckpointException>().WithMessage("*no-such-model*");
    }

    private static ModelPart[] All(StableDiffusionFiles files) => [files.UNet, files.Vae, files.TextEncoder];

    private static IEnumerable<string> Pipelines() => Fixtures.Has("pipelines")
        ? Directory.GetFiles(Fixtures.Path("pipelines"), "model_index.json", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(Fixtures.Path("pipelines"), Path.GetDirectoryName(file)!)).Order()
        : [];

    private static IEnumerable<(string Pipeline, string Component)> Parts(string pattern) => Fixtures.Has("pipelines")
        ? Directory.GetDirectories(Fixtures.Path("pipelines"), pattern).Order()
            .SelectMany(folder => Directory.GetDirectories(folder).Order().Select(part => (Path.GetFileName(folder), Path.GetFileName(part))))
        : [];

    private static void ShouldHoldRecorded(ModelPart part, string pipeline)
    {
        using var scope = NewDisposeScope();
        var file = part.Name == "text_encoder" ? "model.safetensors" : "diffusion_pytorch_model.safetensors";
        var recorded = new RecordedTensors("pipelines", pipeline, part.Name, file);

        part.Weights.Entries!.Keys.Should().BeEquivalentTo(recorded.Names);
        foreach (var name in recorded.Names)
        {
            var truth = recorded[name].to(ScalarType.Float32);
            part.Weights.Read(name, part.Weights.Entries[name].Shape, ScalarType.Float32, CPU).ShouldEqualBitForBit(truth, name);
        }
    }
}
