using System.Globalization;
using MaskUNet.Images;
using MaskUNet.Rewards;

namespace MaskUNet.Shapes.TrainRewards;

/// <summary>How often rewards and the oracle agree on pairs of pictures for held-out prompts.</summary>
internal sealed class AgreementReport
{
    private static readonly string[] Kinds = ["both rendered", "one drawn, one rendered", "both drawn by the model"];

    private readonly GradedPictures heldOut;
    private readonly (int Better, int Worse)[] pairs;

    public AgreementReport(GradedPictures heldOut)
    {
        this.heldOut = heldOut;
        pairs =
        [
            .. Enumerable.Range(0, heldOut.Prompts.Count).GroupBy(i => heldOut.Prompts[i]).SelectMany(prompt =>
                from better in prompt from worse in prompt where heldOut.Grades[better] > heldOut.Grades[worse] select (better, worse)),
        ];
    }

    /// <summary>Of a reward, in words.</summary>
    public string Of(IRewardModel reward) => Of(reward.Score);

    /// <summary>Of what scores pictures for prompts.</summary>
    public string Of(Func<IReadOnlyList<RgbImage>, IReadOnlyList<string>, TorchSharp.torch.Tensor> score)
    {
        using var quiet = TorchSharp.torch.no_grad();
        using var scope = TorchSharp.torch.NewDisposeScope();
        var scores = TorchSharp.torch.cat([.. Enumerable.Range(0, heldOut.Prompts.Count).Chunk(100).Select(some =>
            score([.. some.Select(i => heldOut.Pictures[i])], [.. some.Select(i => heldOut.Prompts[i])]))]).data<float>().ToArray();
        string Share(string kind, IReadOnlyList<(int Better, int Worse)> some) => string.Create(
            CultureInfo.InvariantCulture, $"{kind} ({some.Count}) {some.Average(pair => scores[pair.Better] > scores[pair.Worse] ? 1.0 : 0):P1}");
        return string.Join(", ", Kinds.Select((kind, drawn) => Share(kind, [.. pairs.Where(pair => Drawn(pair.Better) + Drawn(pair.Worse) == drawn)])).Prepend(Share("all pairs", pairs)));
    }

    private static int Drawn(int picture) => DrawingStage.IsDrawn(picture) ? 1 : 0;
}
