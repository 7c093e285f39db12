using MaskUNet.Masking;

namespace MaskUNet.Samples.LearnMasks;

/// <summary>Which linear layers of the decoder half get masks.</summary>
internal enum MaskedLayers
{
    /// <summary>The attention projections, as in the paper.</summary>
    Attention,

    /// <summary>The feed-forward layers.</summary>
    FeedForward,

    /// <summary>Both.</summary>
    Both,
}

internal static class MaskedLayersExtensions
{
    public static MaskTargets Targets(this MaskedLayers layers) => layers switch
    {
        MaskedLayers.FeedForward => MaskTargets.FeedForward.InDecoder(),
        MaskedLayers.Both => MaskTargets.DecoderAttention + MaskTargets.FeedForward.InDecoder(),
        _ => MaskTargets.DecoderAttention,
    };
}
