using MaskUNet.Benchmarks.Harness;
using MaskUNet.Benchmarks.Models;

namespace MaskUNet.Benchmarks;

/// <param name="name">What the command line calls it.</param>
/// <param name="goal">The figure to reach.</param>
/// <param name="how">How the rewards' pictures are decoded, in words.</param>
/// <param name="load">The models.</param>
internal sealed class TrainingFree(string name, string goal, string how, Func<GuidedPipeline> load) : Benchmark(
    name, goal, $"reward-guided picture, 15 steps, 87 evaluations, ImageReward and HPSv2, {how} / plain picture; both reckoned from runs of 2 and 4 steps; {name}-evaluation: seconds of one")
{
    private const int Steps = 15;
    private const int Evaluations = 87;
    private const int Few = 2;
    private const int More = 4;

    public override Task RunAsync()
    {
        using var models = load();
        models.TimeGuided(Few, iterations: 1); // warms up
        var (plainFew, plainMore) = (models.TimePlain(Few), models.TimePlain(More));
        var (once, often) = (models.TimeGuided(Few, iterations: 1), models.TimeGuided(Few, iterations: More));

        var plainStep = (plainMore - plainFew) / (More - Few);
        var around = plainFew - (Few * plainStep); // text encoder and the last decoding
        var evaluation = (often - once) / (Few * (More - 1));
        var encoder = ((once - around) / Few) - evaluation; // the half of the U-Net that runs once a step
        var (plain, guided) = (around + (Steps * plainStep), around + (Steps * encoder) + (Evaluations * evaluation));
        Note($"plain {plain:0.0} s ({plainStep:0.00} a step), guided {guided:0} s: encoder half {encoder:0.00} s a step, an evaluation with its way back {evaluation:0.00} s");
        Print(guided / plain);
        Print($"{Name}-evaluation", evaluation, "");
        return Task.CompletedTask;
    }
}
