using System.Globalization;
using MaskUNet.Masking;
using Spectre.Console;

namespace MaskUNet.Samples.RewardGuided;

/// <summary>Shows the reward of each iteration: a bar a picture on a terminal, nothing elsewhere.</summary>
internal sealed class IterationBar : IProgress<RewardGuidedProgress>
{
    private ProgressTask? bar;

    /// <summary>Runs work that reports to this.</summary>
    /// <param name="name">What the bar is called.</param>
    /// <param name="work">The work.</param>
    public Task<T> ShowAsync<T>(string name, Func<Task<T>> work) => AnsiConsole.Progress().AutoClear(true)
        .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new SpinnerColumn())
        .StartAsync(bars =>
        {
            bar = bars.AddTask(name);
            return work();
        });

    public void Report(RewardGuidedProgress value)
    {
        if (bar is null)
        {
            return;
        }

        bar.MaxValue = value.Steps;
        bar.Value = value.Step - 1 + ((double)value.Iteration / value.Iterations);
        bar.Description = string.Create(CultureInfo.InvariantCulture, $"step {value.Step} of {value.Steps}, iteration {value.Iteration} of {value.Iterations}: {value.Rewards[0]}");
    }
}
