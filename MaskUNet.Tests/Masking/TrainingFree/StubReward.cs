using MaskUNet.Rewards;
using static TorchSharp.torch;

namespace MaskUNet.Tests.Masking.TrainingFree;

/// <summary>A reward that a test wants; without more words, the picture's mean.</summary>
internal sealed class StubReward(string name = "mean", Func<Tensor, Tensor>? score = null) : IRewardModel
{
    public string Name => name;

    public bool IsDisposed { get; private set; }

    public int Calls { get; private set; }

    public Tensor Score(Tensor images, IReadOnlyList<string> prompts)
    {
        Calls++;
        using var scope = NewDisposeScope();
        return (score?.Invoke(images) ?? images.mean([1L, 2L, 3L])).MoveToOuterDisposeScope();
    }

    /// <summary>What it warns of, whatever the prompts.</summary>
    public IReadOnlyList<string> Warning { get; init; } = [];

    public IReadOnlyList<string> Warnings(IReadOnlyList<string> prompts) => Warning;

    public void Dispose() => IsDisposed = true;
}
