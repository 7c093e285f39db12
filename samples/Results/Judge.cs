using System.Diagnostics;
using System.Runtime.InteropServices;
using MaskUNet.Images;
using MaskUNet.Prompting.Clip;
using MaskUNet.Rewards;
using MaskUNet.Rewards.Clip;
using MaskUNet.Shapes.Judging;
using MaskUNet.Shapes.Prompts;
using MaskUNet.Shapes.Train;
using MaskUNet.Shapes.TrainRewards;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Samples.Results;

/// <summary>Makes figures of pictures: the oracle, the small CLIP, and the rewards that guide. Safe to use from several threads at once.</summary>
internal sealed class Judge : IDisposable
{
    private readonly ClipModel clip;
    private readonly ClipTokenizer tokenizer;

    public Judge(IReadOnlyList<IRewardModel> rewards)
    {
        (clip, tokenizer) = TinyShapes.LoadClip();
        Rewards = rewards;
    }

    public IReadOnlyList<IRewardModel> Rewards { get; }

    /// <summary>Judges pictures, each for its prompt.</summary>
    public IReadOnlyList<PictureFigures> Of(IReadOnlyList<string> prompts, IReadOnlyList<RgbImage> pictures)
    {
        using var quiet = no_grad();
        using var scope = NewDisposeScope();
        var features = ClipFigures.Features(clip, pictures);
        var cosines = (features * ClipFigures.Texts(clip, tokenizer, prompts)).sum(1).data<float>().ToArray();
        var scores = Rewards.Select(reward => reward.Score(pictures, prompts).data<float>().ToArray()).ToList();
        return [.. prompts.Select((prompt, i) => Figures(prompt, pictures[i], cosines[i], [.. scores.Select(of => (double)of[i])], features[i]))];
    }

    /// <summary>What each reward takes to score pictures.</summary>
    public IReadOnlyList<double> ScoringSeconds(IReadOnlyList<string> prompts, IReadOnlyList<RgbImage> pictures)
    {
        using var quiet = no_grad();
        return [.. Rewards.Select(reward =>
        {
            using var scope = NewDisposeScope();
            var clock = Stopwatch.StartNew();
            reward.Score(pictures, prompts);
            return clock.Elapsed.TotalSeconds;
        })];
    }

    /// <summary>The features of scenes, [N, D], in the caller's scope.</summary>
    public Tensor Features(IReadOnlyList<RgbImage> scenes) => ClipFigures.Features(clip, scenes);

    public void Dispose()
    {
        clip.Dispose();
        foreach (var reward in Rewards)
        {
            reward.Dispose();
        }
    }

    private static PictureFigures Figures(string caption, RgbImage picture, double cosine, IReadOnlyList<double> rewards, Tensor features)
    {
        var prompt = ScenePrompt.Parse(caption);
        var objects = SceneOracle.Read(picture);
        var (found, bound) = (GenEval.Score(prompt, objects), CompBench.Score(prompt, objects));
        return new PictureFigures(
            found.Objects, found.Colors, found.Position, bound.Color, bound.Shape, bound.Texture, OracleGrade.Of(prompt, objects), cosine, rewards,
            MemoryMarshal.AsBytes(features.to(ScalarType.Float16).data<Half>().ToArray().AsSpan()).ToArray());
    }
}
