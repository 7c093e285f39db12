using MaskUNet.UNet;
using static TorchSharp.torch;

namespace MaskUNet.Masking;

/// <summary>
/// What masks keep, by layer, step and sample, and how much those of one step have in common with those of the step before.
/// </summary>
/// <example><code>
/// var statistics = new MaskStatistics();
/// request = request with { Masks = new ObservedMaskStrategy(strategy, statistics.Observe) };
/// </code></example>
/// <remarks>For one run at a time. It holds a bit a weight of the last step's masks.</remarks>
public sealed class MaskStatistics
{
    private readonly List<MaskShare> shares = [];
    private readonly Dictionary<(string Layer, int Sample), (int Step, PackedMask Mask, PackedMask? Before)> last = [];

    /// <summary>All that was seen, in the order in which it was drawn.</summary>
    public IReadOnlyList<MaskShare> Shares => shares;

    /// <summary>The share of weights kept, by the layer's path.</summary>
    public IReadOnlyDictionary<string, double> KeptByLayer => Kept(share => share.Layer);

    /// <summary>The share of weights kept, by the step from 0.</summary>
    public IReadOnlyDictionary<int, double> KeptByStep => Kept(share => share.Step);

    /// <summary>The share of weights kept, by the sample from 0.</summary>
    public IReadOnlyDictionary<int, double> KeptBySample => Kept(share => share.Sample);

    /// <summary>The mean overlap with the step before, by the step from 1.</summary>
    public IReadOnlyDictionary<int, double> OverlapByStep => shares.Where(share => share.Overlap is not null)
        .GroupBy(share => share.Step).ToDictionary(step => step.Key, step => step.Average(share => share.Overlap!.Value));

    /// <summary>Takes a mask in; the signature that <see cref="ObservedMaskStrategy"/> wants.</summary>
    /// <param name="step">The step.</param>
    /// <param name="layer">The layer.</param>
    /// <param name="mask">Its mask, of zeros and ones.</param>
    public void Observe(IDenoisingStep step, MaskableLayer layer, Tensor mask)
    {
        ArgumentNullException.ThrowIfNull(step);
        Add(step.Index, layer, mask);
    }

    /// <summary>Takes a mask in.</summary>
    /// <param name="step">The step, from 0.</param>
    /// <param name="layer">The layer.</param>
    /// <param name="mask">Its mask, of zeros and ones.</param>
    public void Add(int step, MaskableLayer layer, Tensor mask)
    {
        ArgumentNullException.ThrowIfNull(layer);
        ArgumentNullException.ThrowIfNull(mask);
        using var scope = NewDisposeScope();
        if (mask.dim() == layer.Shape.Count)
        {
            Add(step, layer.Name, 0, PackedMask.Pack(mask));
            return;
        }

        for (var sample = 0; sample < mask.shape[0]; sample++)
        {
            Add(step, layer.Name, sample, PackedMask.Pack(mask[sample]));
        }
    }

    // A step may evaluate several masks; each is compared with the last one of the step before.
    private void Add(int step, string layer, int sample, PackedMask mask)
    {
        var key = (layer, sample);
        var before = !last.TryGetValue(key, out var seen) ? null : seen.Step == step ? seen.Before : seen.Mask;
        shares.Add(new MaskShare(step, layer, sample, mask.Kept, mask.Count, before?.Overlap(mask)));
        last[key] = (step, mask, before);
    }

    private Dictionary<TKey, double> Kept<TKey>(Func<MaskShare, TKey> key)
        where TKey : notnull => shares.GroupBy(key).ToDictionary(group => group.Key, group => group.Sum(share => share.Kept) / (double)group.Sum(share => share.Count));
}
