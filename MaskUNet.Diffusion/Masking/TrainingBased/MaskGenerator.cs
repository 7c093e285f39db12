using MaskUNet.Checkpoints;
using MaskUNet.Kernels;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Masking;

/// <summary>
/// The mask generator of an up block (paper, Eq. 3 and 4): z' = FC(t_emb) + GAP(z), then two layers, each followed by ReLU. What it gives is
/// the same for all layers of the block.
/// </summary>
internal sealed class MaskGenerator
{
    private readonly LearnedMaskConfig config;
    private readonly long rows;
    private readonly long columns;
    private readonly Tensor time;
    private readonly Tensor firstWeight;
    private readonly Tensor firstBias;
    private readonly Tensor secondWeight;
    private readonly Tensor secondBias;

    public MaskGenerator(WeightScope scope, LearnedMaskConfig config, MaskGeneratorBlock block, long timeChannels)
    {
        this.config = config;
        (rows, columns) = (block.OutChannels / config.Factor, block.InChannels / config.Factor);
        var first = scope["conv_kernel_mask"][0];
        firstWeight = first.Take("weight", config.HiddenChannels, block.InChannels, 1, 1);
        firstBias = first.Take("bias", config.HiddenChannels);
        var second = scope["conv_kernel_mask"][2];
        secondWeight = second.Take("weight", rows * columns, config.HiddenChannels, 1, 1);
        secondBias = second.Take("bias", rows * columns);
        time = scope["proj_temb"].Take("weight", block.InChannels, timeChannels);
    }

    /// <summary>What the block's adapters make logits of.</summary>
    /// <param name="hidden">The block's input, [B, C, h, w].</param>
    /// <param name="skip">The skip that it takes first, [B, C', h, w].</param>
    /// <param name="timeEmbedding">Before its activation, [B, T].</param>
    /// <returns>[B, out / factor, in / factor], none below 0.</returns>
    public Tensor Forward(Tensor hidden, Tensor skip, Tensor timeEmbedding)
    {
        using var scope = NewDisposeScope();
        var merged = (config.UsesTimestep, config.UsesSample) switch
        {
            (true, true) => LinearKernel.Apply(timeEmbedding, time, null) + Pooled(hidden, skip),
            (true, false) => LinearKernel.Apply(timeEmbedding, time, null),
            _ => Pooled(hidden, skip),
        };
        merged = Layer(merged, firstWeight, firstBias);
        return Layer(merged, secondWeight, secondBias).view(-1, rows, columns).MoveToOuterDisposeScope();
    }

    private static Tensor Pooled(Tensor hidden, Tensor skip) => cat([hidden.mean([2, 3]), skip.mean([2, 3])], 1);

    private static Tensor Layer(Tensor input, Tensor weight, Tensor bias) =>
        LinearKernel.Apply(input, weight.view(weight.shape[0], weight.shape[1]), bias).relu();
}
