using MaskUNet.Benchmarks.Harness;
using MaskUNet.Benchmarks.Models;

namespace MaskUNet.Benchmarks;

internal sealed class RewardBatch() : Benchmark("reward-batch8", "<= 0.95", "ImageReward, score with gradient: eight pictures at once / eight times one")
{
    private const int Rounds = 3;
    private const int Pictures = 8;

    public override async Task RunAsync() => Print(await OnNativeThreadAsync(() =>
    {
        using var reward = FullRewards.ImageReward();
        return Stopwatches.MedianRatio(
            Rounds,
            () => FullRewards.TimeGradient(reward, Pictures),
            () => Enumerable.Range(0, Pictures).Sum(_ => FullRewards.TimeGradient(reward, batch: 1)));
    }));
}
