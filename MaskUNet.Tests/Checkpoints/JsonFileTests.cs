using MaskUNet.Checkpoints;
using MaskUNet.Latents;
using MaskUNet.Prompting.Clip;
using MaskUNet.Scheduling;
using MaskUNet.Tests.TestSupport;
using MaskUNet.UNet;

namespace MaskUNet.Tests.Checkpoints;

public sealed class JsonFileTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public static TheoryData<string> Damaged => new()
    {
        """{"a": 1, "a": 2}""",
        """{"a": {"b": 1, "b": 2}}""",
        """{"a": [{"b": 1, "b": 2}]}""",
        """{"\ud800": 1}""",
        """{"a": "\ud800"}""",
        """{"a": ["\udc00"]}""",
        "[]",
        "null",
        "",
    };

    public void Dispose() => folder.Dispose();

    [Theory]
    [MemberData(nameof(Damaged))]
    public void A_damaged_file_is_named(string content)
    {
        var path = folder["config.json"];
        File.WriteAllText(path, content);

        var read = () => JsonFile.Read(path);

        read.Should().Throw<CheckpointException>().WithMessage($"*{path}*");
    }

    [Theory]
    [MemberData(nameof(Damaged))]
    public void A_damaged_scheduler_configuration_is_refused(string content)
    {
        var parse = () => SchedulerConfig.Parse(content);

        parse.Should().Throw<InvalidOptionException>().WithMessage("*scheduler configuration*");
    }

    [Fact]
    public void A_models_configuration_is_called_by_its_path()
    {
        var path = folder["config.json"];
        File.WriteAllText(path, """{"norm_num_groups": 0, "hidden_size": 0}""");
        foreach (var load in (Func<string, object>[])[AutoencoderKLConfig.Load, ClipTextConfig.Load, UNet2DConditionConfig.Load])
        {
            load.Invoking(l => l(path)).Should().Throw<CheckpointException>().WithMessage($"{path} describes*is 0;*");
            load.Invoking(l => l(null!)).Should().Throw<ArgumentNullException>().WithParameterName("path");
        }
    }

    [Theory]
    [InlineData("""{"prompts": ["a"], "masks": {"kind": "random", "kind": "none"}}""")]
    [InlineData("""{"prompts": ["a"], "masks": {"kind": "\ud800"}}""")]
    public void Damaged_settings_of_a_picture_are_refused(string content)
    {
        var parse = () => ImageRequestJson.Read(content, out _);

        parse.Should().Throw<InvalidOptionException>().WithMessage("*settings*");
    }

    [Fact]
    public void A_file_that_somebody_else_has_locked_is_named()
    {
        var path = folder["config.json"];
        using var held = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None);

        var read = () => JsonFile.Read(path);

        read.Should().Throw<CheckpointException>().WithMessage($"*{path} cannot be read*");
    }

    [Fact]
    public void A_folder_that_cannot_be_listed_is_named()
    {
        var list = () => ReadableFile.Read(folder["none"], Directory.GetFiles);

        list.Should().Throw<CheckpointException>().WithMessage($"*{folder["none"]} cannot be read*");
    }
}
