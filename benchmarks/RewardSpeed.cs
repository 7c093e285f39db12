using MaskUNet.Benchmarks.Harness;
using MaskUNet.Benchmarks.Models;
using MaskUNet.Rewards;

namespace MaskUNet.Benchmarks;

/// <param name="name">What the command line calls it.</param>
/// <param name="model">The model in words.</param>
/// <param name="load">Builds it.</param>
/// <param name="gigaFlop">The arithmetic of one picture's score and gradient.</param>
internal sealed class RewardSpeed(string name, string model, Func<IRewardModel> load, double gigaFlop) : Benchmark(
    name,
    "<= 1.5",
    FormattableString.Invariant($"{model}, float32, score of one 512 px picture with its gradient / its {gigaFlop:0} GFLOP at the machine's peak rate; {name}-seconds; {name}-peak: memory of that beyond the weights, in GB"))
{
    private const int Rounds = 5;

    public override async Task RunAsync()
    {
        var (ratio, seconds, peak) = await OnNativeThreadAsync(() =>
        {
            using var reward = load();
            using var yardstick = new Yardstick();
            var rounds = Stopwatches.InTurn(Rounds, () => FullRewards.TimeGradient(reward, batch: 1), () => yardstick.SecondsFor(gigaFlop));
            var before = ProcessMemory.Settle();
            FullRewards.TimeGradient(reward, batch: 1);
            var peak = (ProcessMemory.Peak - before) / 1e9;
            return (Stopwatches.Median(rounds.Select(round => round[0] / round[1])), Stopwatches.Median(rounds.Select(round => round[0])), peak);
        });
        Print(ratio);
        Print($"{Name}-seconds", seconds, "");
        Print($"{Name}-peak", peak, "");
    }
}
