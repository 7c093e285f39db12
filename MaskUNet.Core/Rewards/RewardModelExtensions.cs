using MaskUNet.Images;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Rewards;

/// <summary>Rewards for whoever has pictures and wants numbers.</summary>
public static class RewardModelExtensions
{
    /// <summary>Scores one picture.</summary>
    /// <param name="reward">The reward.</param>
    /// <param name="image">The picture.</param>
    /// <param name="prompt">What it should show.</param>
    /// <returns>Higher is better.</returns>
    public static double Score(this IRewardModel reward, RgbImage image, string prompt)
    {
        ArgumentNullException.ThrowIfNull(image);
        return Scores(reward, [image], prompt)[0];
    }

    /// <summary>Scores several pictures for one prompt.</summary>
    /// <param name="reward">The reward.</param>
    /// <param name="images">At least one picture.</param>
    /// <param name="prompt">What they should show.</param>
    /// <returns>A score a picture, in their order; higher is better.</returns>
    /// <exception cref="InvalidOptionException">There is no picture.</exception>
    public static IReadOnlyList<double> Scores(this IRewardModel reward, IReadOnlyList<RgbImage> images, string prompt)
    {
        ArgumentNullException.ThrowIfNull(reward);
        ArgumentNullException.ThrowIfNull(images);
        ArgumentNullException.ThrowIfNull(prompt);
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        return [.. reward.Score(images, [.. images.Select(_ => prompt)]).cpu().data<float>().Select(score => (double)score)];
    }

    /// <summary>Orders pictures by how well they fit one prompt.</summary>
    /// <param name="reward">The reward.</param>
    /// <param name="images">At least one picture.</param>
    /// <param name="prompt">What they should show.</param>
    /// <returns>The best first; of equal ones, the first first.</returns>
    /// <exception cref="InvalidOptionException">There is no picture.</exception>
    public static IReadOnlyList<RankedPicture> Rank(this IRewardModel reward, IReadOnlyList<RgbImage> images, string prompt) =>
    [
        .. reward.Scores(images, prompt).Select((score, index) => (score, index)).OrderByDescending(one => one.score)
            .Select((one, place) => new RankedPicture(place + 1, one.index, images[one.index], one.score)),
    ];
}
