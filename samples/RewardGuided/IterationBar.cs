using System.Diagnostics;
using System.Globalization;
using MaskUNet.Masking;
using Spectre.Console;

namespace MaskUNet.Samples.RewardGuided;

/// <summary>Shows the reward of each iteration: a bar a picture on a terminal; elsewhere a line, unless one was written within the last seconds.</summary>
internal sealed class IterationBar : IProgress<RewardGuidedProgress>
{
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(10);

    private readonly Stopwatch sinceLine = Stopwatch.StartNew();
    private ProgressTask? bar;

    /// <summary>Runs work that reports to this.</summary>
    /// <param name="name">What the bar is called.</param>
    /// <param name="work">The work.</param>
    public Task<T> ShowAsync<T>(string name, Func<Task<T>> work) => !AnsiConsole.Profile.Capabilities.Interactive ? work() : AnsiConsole.Progress().AutoClear(true)
        .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new SpinnerColumn())
        .StartAsync(bars =>
        {
            bar = bars.AddTask(name);
            return work();
        });

    public void Report(RewardGuidedProgress value)
    {
        var text = string.Create(CultureInfo.InvariantCulture, $"step {value.Step} of {value.Steps}, iteration {value.Iteration} of {value.Iterations}: {value.Rewards[0]}");
        if (bar is not null)
        {
            bar.MaxValue = value.Steps;
            bar.Value = value.Step - 1 + ((double)value.Iteration / value.Iterations);
            bar.Description = text;
        }
        else if (sinceLine.Elapsed > Quiet)
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{text}, {value.Elapsed:h\\:mm\\:ss}"));
            sinceLine.Restart();
        }
    }
}
