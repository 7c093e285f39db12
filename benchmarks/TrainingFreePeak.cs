using MaskUNet.Benchmarks.Harness;
using MaskUNet.Benchmarks.Models;

namespace MaskUNet.Benchmarks;

/// <param name="name">What the command line calls it.</param>
/// <param name="goal">The figure to reach, or none.</param>
/// <param name="how">How the rewards' pictures are decoded, in words.</param>
/// <param name="load">The models.</param>
internal sealed class TrainingFreePeak(string name, string goal, string how, Func<GuidedPipeline> load) : Benchmark(
    name, goal, $"peak memory of the process while a 512 px picture is guided by ImageReward and HPSv2, {how}, float32, all models loaded, in GB; alone in its process")
{
    public override Task RunAsync()
    {
        using var models = load();
        var loaded = ProcessMemory.Settle();
        models.TimeGuided(steps: 2, iterations: 2);
        Note($"{loaded / 1e9:0.00} GB after loading, {ProcessMemory.Peak / 1e9:0.00} GB at most");
        Print(ProcessMemory.Peak / 1e9);
        return Task.CompletedTask;
    }
}
