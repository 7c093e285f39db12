using MaskUNet.Images;
using MaskUNet.Runtime;
using TorchSharp;
using static System.FormattableString;
using static TorchSharp.torch;

namespace MaskUNet.Rewards;

/// <summary>
/// A weighted sum of any number of rewards, as something to minimise: the sum over the rewards of weight times loss (paper, Eq. 10).
/// </summary>
/// <remarks>Safe to call from several threads at once. The rewards belong to it and are disposed with it.</remarks>
/// <example><code>
/// new RewardSum(new(ImageReward.Load("ImageReward.pt")), new(HpsV2.Load("HPS_v2.1_compressed.pt"), Weight: 5))
/// </code></example>
public sealed class RewardSum : IDisposable
{
    /// <summary>Adds rewards up.</summary>
    /// <param name="rewards">The rewards, at least one; they now belong to the sum.</param>
    /// <exception cref="InvalidOptionException">There is none, or a weight is not above 0; the message names them all.</exception>
    public RewardSum(params IReadOnlyList<WeightedReward> rewards)
    {
        ArgumentNullException.ThrowIfNull(rewards);
        Rewards = [.. rewards];
        if (Problems(Rewards).ToList() is { Count: > 0 } problems)
        {
            throw new InvalidOptionException(string.Join(" ", problems));
        }
    }

    /// <summary>The rewards.</summary>
    public IReadOnlyList<WeightedReward> Rewards { get; }

    /// <summary>What a user should know of these prompts, a sentence each: what any of the rewards warns of.</summary>
    /// <param name="prompts">The prompts.</param>
    public IReadOnlyList<string> Warnings(IReadOnlyList<string> prompts)
    {
        ArgumentNullException.ThrowIfNull(prompts);
        return [.. Rewards.SelectMany(reward => reward.Model.Warnings(prompts)).Distinct()];
    }

    /// <summary>Scores pictures, without gradients.</summary>
    /// <param name="images">Pictures, [B, 3, H, W] in [0, 1].</param>
    /// <param name="prompts">One prompt a picture.</param>
    /// <returns>A report a picture.</returns>
    /// <exception cref="NumericalException">A reward gave NaN or infinity.</exception>
    /// <exception cref="MaskUNetException">A reward gave something else than one score a picture.</exception>
    public IReadOnlyList<RewardReport> Score(Tensor images, IReadOnlyList<string> prompts)
    {
        ArgumentNullException.ThrowIfNull(images);
        ArgumentNullException.ThrowIfNull(prompts);
        return Score(prompts.Count, model => model.Score(images, prompts));
    }

    /// <summary>Scores pictures of bytes, as each reward's original does.</summary>
    /// <param name="images">The pictures, of any sizes.</param>
    /// <param name="prompts">One prompt a picture.</param>
    /// <returns>A report a picture.</returns>
    /// <exception cref="InvalidOptionException">There is no picture, or there are not as many prompts.</exception>
    /// <exception cref="NumericalException">A reward gave NaN or infinity.</exception>
    /// <exception cref="MaskUNetException">A reward gave something else than one score a picture.</exception>
    public IReadOnlyList<RewardReport> Score(IReadOnlyList<RgbImage> images, IReadOnlyList<string> prompts)
    {
        ArgumentNullException.ThrowIfNull(images);
        ArgumentNullException.ThrowIfNull(prompts);
        return Score(prompts.Count, model => model.Score(images, prompts));
    }

    /// <summary>
    /// Scores pictures and adds to their <c>grad</c> that of the loss's mean over the pictures. One reward after the other, so that no more
    /// than one of them holds what its backward pass needs.
    /// </summary>
    /// <param name="images">A leaf that requires gradients, [B, 3, H, W] in [0, 1].</param>
    /// <param name="prompts">One prompt a picture.</param>
    /// <param name="cancellation">Looked at before each reward.</param>
    /// <exception cref="NumericalException">A reward gave NaN or infinity.</exception>
    /// <exception cref="InvalidOptionException">A reward is not differentiable.</exception>
    internal IReadOnlyList<RewardReport> AddGradients(Tensor images, IReadOnlyList<string> prompts, CancellationToken cancellation)
    {
        using var recording = enable_grad();
        return Gather(prompts.Count, reward =>
        {
            cancellation.ThrowIfCancellationRequested();
            var scores = Check(reward.Model, reward.Model.Score(images, prompts), prompts.Count);
            if (!scores.requires_grad)
            {
                throw new InvalidOptionException(
                    $"The reward {reward.Model.Name} is not differentiable: its scores do not depend on the picture in a way that libtorch recorded. Use it to judge pictures, not to guide them.");
            }

            var losses = reward.UsedLoss.Of(scores);
            (losses.mean() * reward.Weight).backward();
            return (scores, losses);
        });
    }

    /// <summary>Disposes the rewards.</summary>
    public void Dispose()
    {
        foreach (var reward in Rewards)
        {
            reward.Model.Dispose();
        }
    }

    internal static IEnumerable<string> Problems(IReadOnlyList<WeightedReward> rewards)
    {
        if (rewards.Count == 0)
        {
            yield return "There is no reward; give at least one.";
        }

        foreach (var reward in rewards)
        {
            ArgumentNullException.ThrowIfNull(reward?.Model);
            if (!(reward.Weight > 0 && double.IsFinite(reward.Weight)))
            {
                yield return Invariant($"The weight of {reward.Model.Name} is {reward.Weight}; it must be above 0.");
            }

            if (!double.IsFinite(reward.UsedLoss.Margin))
            {
                yield return Invariant($"The margin of {reward.Model.Name} is {reward.UsedLoss.Margin}; it must be a number.");
            }
        }
    }

    private List<RewardReport> Gather(int count, Func<WeightedReward, (Tensor Scores, Tensor Losses)> evaluate)
    {
        var values = Rewards.Select(reward =>
        {
            using var scope = NewDisposeScope();
            var (scores, losses) = evaluate(reward);
            return Numbers(scores).Zip(Numbers(losses), (score, loss) => new RewardValue(reward.Model.Name, reward.Weight, score, loss)).ToList();
        }).ToList();
        return [.. Enumerable.Range(0, count).Select(picture => new RewardReport([.. values.Select(ofReward => ofReward[picture])]))];
    }

    private List<RewardReport> Score(int count, Func<IRewardModel, Tensor> score)
    {
        using var frozen = no_grad();
        return Gather(count, reward =>
        {
            var scores = Check(reward.Model, score(reward.Model), count);
            return (scores, reward.UsedLoss.Of(scores));
        });
    }

    private static Tensor Check(IRewardModel model, Tensor scores, int count)
    {
        if (scores.shape is not [var given] || given != count)
        {
            throw new MaskUNetException($"The reward {model.Name} gave scores [{string.Join(", ", scores.shape)}] for {count} pictures; [{count}] was expected.");
        }

        FiniteCheck.Check(scores, $"The reward {model.Name}", "as a score", "Check that the pictures and the reward's checkpoint are whole.");
        return scores;
    }

    private static double[] Numbers(Tensor values)
    {
        using var scope = NewDisposeScope();
        return values.detach().cpu().to(float64).data<double>().ToArray();
    }
}
