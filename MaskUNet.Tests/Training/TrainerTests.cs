using System.Globalization;
using MaskUNet.Checkpoints;
using MaskUNet.Runtime;
using MaskUNet.Tests.TestSupport;
using MaskUNet.Training;
using static TorchSharp.torch;

namespace MaskUNet.Tests.Training;

[LeavesNoTensors]
public sealed class TrainerTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public TrainerTests() => NativeTorch.EnsureLoaded();

    private TrainingOptions Options => new() { Steps = 40, BatchSize = 4, LearningRate = 0.1, Folder = folder.Path, CheckpointEvery = 7, EmaDecay = 0.9, Seed = 3 };

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_line_is_found()
    {
        using var trainer = new LineTrainer(new TrainingOptions { Steps = 400, LearningRate = 0.05, WeightDecay = 0 });
        var result = await trainer.RunAsync();
        trainer.Slope.Should().BeApproximately(3, 1e-2);
        trainer.Offset.Should().BeApproximately(1, 1e-2);
        result.Steps.Should().Be(400);
        result.ResumedFrom.Should().Be(0);
    }

    [Fact]
    public async Task A_run_that_was_stopped_goes_on_to_the_same_bits()
    {
        using var whole = new LineTrainer(Options with { Folder = null });
        await whole.RunAsync();

        using (var first = new LineTrainer(Options))
        using (var cancellation = new CancellationTokenSource())
        {
            var run = () => first.RunAsync(new OnProgress<TrainingProgress>(state => Cancel(state, at: 18, cancellation)), cancellation.Token);
            await run.Should().ThrowAsync<OperationCanceledException>();
        }

        using var second = new LineTrainer(Options);
        var result = await second.RunAsync();
        result.ResumedFrom.Should().Be(18, "what was done before the cancellation is in a checkpoint");
        (second.Slope, second.Offset).Should().Be((whole.Slope, whole.Offset));
        second.Examples[0].Should().Be(18 * 4);
    }

    [Fact]
    public async Task A_finished_training_that_is_run_again_does_nothing_and_leaves_the_same_weights()
    {
        using var first = new LineTrainer(Options);
        await first.RunAsync();
        using var again = new LineTrainer(Options);
        var result = await again.RunAsync();
        result.Should().Match<TrainingResult>(value => value.Steps == 40 && value.ResumedFrom == 40 && double.IsNaN(value.Loss));
        (again.Slope, again.Offset).Should().Be((first.Slope, first.Offset));
        again.Examples.Should().BeEmpty();
    }

    [Fact]
    public async Task Examples_come_in_order_and_accumulated_batches_follow_each_other()
    {
        using var trainer = new LineTrainer(new TrainingOptions { Steps = 3, BatchSize = 2, Accumulation = 2 });
        await trainer.RunAsync();
        trainer.Examples.Should().Equal(Enumerable.Range(0, 12).Select(i => (long)i));
    }

    [Fact]
    public async Task Metrics_have_a_row_a_step_and_those_after_the_checkpoint_are_written_anew()
    {
        using (var trainer = new LineTrainer(Options))
        {
            await trainer.RunAsync();
        }

        var path = folder["metrics.csv"];
        var whole = File.ReadAllLines(path);
        whole[0].Should().Be("step,loss,learning_rate,gradient_norm,seconds,drawn");
        whole.Skip(1).Select(line => line.Split(',')[0]).Should().Equal(Enumerable.Range(1, 40).Select(i => i.ToString(CultureInfo.InvariantCulture)));

        // As a kill leaves it: rows of steps that the checkpoint does not know, the last one cut short.
        File.AppendAllText(path, "41,0.5,0.1,0.2,0.3,0.9\n4");
        using var again = new LineTrainer(Options);
        await again.RunAsync();
        File.ReadAllLines(path).Should().Equal(whole);
    }

    [Fact]
    public async Task A_loss_that_is_no_number_ends_the_training_and_keeps_the_last_checkpoint()
    {
        using var trainer = new LineTrainer(Options) { BreaksAt = 30 };
        var run = () => trainer.RunAsync();
        (await run.Should().ThrowAsync<NumericalException>()).WithMessage("*the line*step 31*");

        using var repaired = new LineTrainer(Options);
        (await repaired.RunAsync()).ResumedFrom.Should().Be(28);
    }

    [Fact]
    public async Task Another_setting_or_option_is_refused_by_name()
    {
        using (var trainer = new LineTrainer(Options))
        {
            await trainer.RunAsync();
        }

        using var other = new LineTrainer(Options with { LearningRate = 0.2 }) { Setting = "b" };
        var run = () => other.RunAsync();
        (await run.Should().ThrowAsync<CheckpointException>()).WithMessage("*LearningRate was 0.1 and is 0.2*").WithMessage("*Setting was a and is b*");
    }

    [Fact]
    public async Task More_steps_may_be_asked_for_later()
    {
        using (var trainer = new LineTrainer(Options))
        {
            await trainer.RunAsync();
        }

        using var longer = new LineTrainer(Options with { Steps = 50 });
        (await longer.RunAsync()).Should().Match<TrainingResult>(result => result.ResumedFrom == 40 && result.Steps == 50);
    }

    [Fact]
    public async Task A_damaged_checkpoint_is_an_error_that_names_it()
    {
        File.WriteAllText(folder["training.safetensors"], "not a checkpoint");
        using var trainer = new LineTrainer(Options);
        var run = () => trainer.RunAsync();
        (await run.Should().ThrowAsync<CheckpointException>()).WithMessage("*training.safetensors*");
    }

    [Fact]
    public async Task A_file_that_is_no_checkpoint_of_a_training_is_refused()
    {
        using (var slope = ones(1))
        {
            SafetensorsWriter.Write(folder["training.safetensors"], new Dictionary<string, Tensor> { ["weights.slope"] = slope });
        }

        using var trainer = new LineTrainer(Options);
        var run = () => trainer.RunAsync();
        (await run.Should().ThrowAsync<CheckpointException>()).WithMessage("*does not say its step*");
    }

    [Fact]
    public async Task A_folder_that_cannot_be_made_is_an_error_that_names_it()
    {
        File.WriteAllText(folder["file"], "");
        using var trainer = new LineTrainer(Options with { Folder = Path.Combine(folder["file"], "inside") });
        var run = () => trainer.RunAsync();
        (await run.Should().ThrowAsync<CheckpointException>()).WithMessage("*inside*");
    }

    [Fact]
    public async Task Samples_see_the_mean_weights_and_the_training_goes_on_with_its_own()
    {
        using var plain = new LineTrainer(Options with { Folder = null, EmaDecay = null });
        await plain.RunAsync();
        var seen = new List<double>();
        LineTrainer? trainer = null;
        using (trainer = new LineTrainer(Options with { Folder = null, SampleEvery = 10, Sample = _ => seen.Add(trainer!.Slope) }))
        {
            await trainer.RunAsync();
            seen.Should().HaveCount(4).And.BeInAscendingOrder("the mean follows the weights up to 3");
            seen[^1].Should().Be(trainer.Slope, "the training ends with the means");
            seen[^1].Should().NotBe(plain.Slope);
        }
    }

    [Fact]
    public async Task A_second_run_at_the_same_time_is_refused()
    {
        using var started = new ManualResetEventSlim();
        using var goOn = new ManualResetEventSlim();
        using var trainer = new LineTrainer(Options with { Folder = null });
        var first = trainer.RunAsync(new OnProgress<TrainingProgress>(_ =>
        {
            started.Set();
            goOn.Wait();
        }));
        started.Wait();
        var second = () => trainer.RunAsync();
        await second.Should().ThrowAsync<MaskUNetException>().WithMessage("*running already*");
        goOn.Set();
        await first;
    }

    [Fact]
    public async Task Progress_tells_step_rate_and_what_is_left()
    {
        var states = new List<TrainingProgress>();
        using var trainer = new LineTrainer(Options with { Folder = null, WarmupSteps = 10 });
        await trainer.RunAsync(new OnProgress<TrainingProgress>(states.Add));
        states.Select(state => state.Step).Should().Equal(Enumerable.Range(1, 40).Select(i => (long)i));
        states[0].LearningRate.Should().Be(0);
        states[^1].LearningRate.Should().Be(0.1);
        states[^1].Remaining.Should().Be(TimeSpan.Zero);
        states.Should().OnlyContain(state => state.ExamplesPerSecond > 0 && state.GradientNorm > 0 && state.Metrics.ContainsKey("drawn"));
    }

    [Fact]
    public void Options_out_of_range_are_all_named_at_once()
    {
        var wrong = new TrainingOptions
        {
            Steps = 0, BatchSize = 0, Accumulation = -1, LearningRate = double.NaN, WarmupSteps = 5, WeightDecay = -1, Beta1 = 1, Beta2 = -0.1, Epsilon = 0,
            MaxGradientNorm = 0, EmaDecay = 1, CheckpointEvery = 0, SampleEvery = 0, Decay = (LearningRateDecay)9,
        };
        var validate = wrong.Validate;
        var message = validate.Should().Throw<InvalidOptionException>().Which.Message;
        string[] names = ["Steps", "BatchSize", "Accumulation", "LearningRate", "WarmupSteps", "WeightDecay", "Beta1", "Beta2", "Epsilon", "MaxGradientNorm", "EmaDecay", "CheckpointEvery", "SampleEvery", "Decay"];
        names.Should().OnlyContain(name => message.Contains($"{name} is"));
    }

    private static void Cancel(TrainingProgress state, long at, CancellationTokenSource cancellation)
    {
        if (state.Step == at)
        {
            cancellation.Cancel();
        }
    }
}
