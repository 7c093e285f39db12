using MaskUNet.Scheduling;
using MaskUNet.Tests.TestSupport;

namespace MaskUNet.Tests.Scheduling.Configuration;

public class SchedulerConfigTests
{
    [Theory]
    [InlineData("-Infinity", double.NegativeInfinity)]
    [InlineData("\"-Infinity\"", double.NegativeInfinity)]
    [InlineData("\"-inf\"", double.NegativeInfinity)]
    [InlineData("-5.1", -5.1)]
    [InlineData("null", double.NegativeInfinity)]
    public void Infinities_are_read_as_Python_writes_them(string written, double meant) =>
        DpmSolverMultistepSchedulerOptions.From(SchedulerConfig.Parse($$"""{"lambda_min_clipped": {{written}}, "steps_offset": 1}"""))
            .Should().BeEquivalentTo(new DpmSolverMultistepSchedulerOptions { LambdaMinClipped = meant, StepsOffset = 1 });

    [Fact]
    public void Infinity_within_a_string_is_a_word() =>
        SchedulerConfig.Parse("""{"_class_name": "NaN \" Infinity, -Infinity"}""").ClassName.Should().Be("NaN \" Infinity, -Infinity");

    [Fact]
    public void Overrides_stand_before_the_configuration_and_leave_it_alone()
    {
        var config = SchedulerConfig.Parse("""{"steps_offset": 1, "clip_sample": false}""");
        var merged = config.With(SchedulerConfig.Parse("""{"steps_offset": 2}"""));
        DdimSchedulerOptions.From(merged).Should().BeEquivalentTo(new DdimSchedulerOptions { StepsOffset = 2, ClipSampleRange = null });
        DdimSchedulerOptions.From(config).StepsOffset.Should().Be(1);
    }

    [Theory]
    [InlineData("""{"steps_offset": "1"}""", "steps_offset")]
    [InlineData("""{"steps_offset": 1.5}""", "1.5")]
    [InlineData("""{"clip_sample": 1}""", "clip_sample")]
    [InlineData("""{"beta_start": [1]}""", "beta_start")]
    [InlineData("""{"trained_betas": [0.1, null]}""", "trained_betas")]
    [InlineData("""{"prediction_type": "v-prediction"}""", "v_prediction")]
    public void A_value_of_the_wrong_kind_is_refused_by_its_key(string json, string named)
    {
        var read = () => DdimSchedulerOptions.From(SchedulerConfig.Parse(json));
        read.Should().Throw<InvalidOptionException>().WithMessage($"*{named}*");
    }

    [Theory]
    [InlineData("""{"num_train_timesteps": 2000000000}""", "TrainTimesteps is 2000000000")]
    [InlineData("""{"num_train_timesteps": 1000001}""", "TrainTimesteps is 1000001")]
    [InlineData("""{"steps_offset": 2147483647, "timestep_spacing": "leading"}""", "StepsOffset is 2147483647")]
    [InlineData("""{"steps_offset": 1000}""", "StepsOffset is 1000")]
    public void A_value_out_of_range_is_refused_before_a_table_is_made(string json, string named)
    {
        var create = () => SchedulerFactory.Create(SchedulerKind.Ddim, SchedulerConfig.Parse(json));
        create.Should().Throw<InvalidOptionException>().WithMessage($"*{named}*");
    }

    [Theory]
    [InlineData("[1]")]
    [InlineData("{")]
    [InlineData("")]
    [InlineData("null")]
    public void A_damaged_file_is_named(string content)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(System.IO.Path.Combine(folder.Path, SchedulerConfig.FileName), content);
        var load = () => SchedulerFactory.Load(folder.Path);
        load.Should().Throw<CheckpointException>().WithMessage($"*{SchedulerConfig.FileName}*");
    }

    [Fact]
    public void A_missing_file_is_named()
    {
        using var folder = new TemporaryFolder();
        var load = () => SchedulerFactory.Load(System.IO.Path.Combine(folder.Path, "none.json"));
        load.Should().Throw<CheckpointException>().WithMessage("*none.json*");
    }
}
