using MaskUNet.Masking;

namespace MaskUNet;

/// <summary>Reward-guided masks for <see cref="MaskUNetBuilder"/>.</summary>
public static class RewardGuidedBuilderExtensions
{
    /// <summary>Optimises masks by rewards while drawing (paper, section 3.3); say which with <see cref="MaskUNetBuilder.AddReward"/>.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="configure">Changes the options: <c>o => o with { Iterations = 10 }</c>; null (default) leaves the paper's values.</param>
    public static MaskUNetBuilder UseRewardGuidedMasks(this MaskUNetBuilder builder, Func<RewardGuidedOptions, RewardGuidedOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        try
        {
            var options = configure?.Invoke(new()) ?? new();
            options.Validate();
            return builder.UseMasks(rewards => new RewardGuidedMasks(rewards, options), nameof(UseRewardGuidedMasks));
        }
        catch (InvalidOptionException e)
        {
            return builder.Problem($"{nameof(UseRewardGuidedMasks)}: {e.Message}");
        }
    }
}
