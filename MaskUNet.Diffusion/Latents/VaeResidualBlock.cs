using MaskUNet.Checkpoints;
using MaskUNet.Kernels;
using MaskUNet.Layers;
using MaskUNet.Runtime;
using static TorchSharp.torch;

namespace MaskUNet.Latents;

/// <summary>The autoencoder's residual block: twice GroupNorm, SiLU and a 3x3 convolution, added to the input.</summary>
internal sealed class VaeResidualBlock
{
    private readonly GroupNorm norm1;
    private readonly Convolution conv1;
    private readonly GroupNorm norm2;
    private readonly Convolution conv2;
    private readonly Convolution? shortcut;

    public VaeResidualBlock(WeightScope scope, int inChannels, int outChannels, int groups)
    {
        norm1 = VaeLayers.Norm(scope["norm1"], groups, inChannels);
        conv1 = new Convolution(scope["conv1"], inChannels, outChannels);
        norm2 = VaeLayers.Norm(scope["norm2"], groups, outChannels);
        conv2 = new Convolution(scope["conv2"], outChannels, outChannels);
        shortcut = inChannels == outChannels
            ? null
            : new Convolution(scope["conv_shortcut"], inChannels, outChannels, kernel: 1, padding: 0);
    }

    public Tensor Forward(Tensor input)
    {
        // The way back goes in the reverse order: the shortcut's gradient, as large as the input, is best the last that it makes.
        var skipped = shortcut is not null && Gradients.AreRecorded(input) ? shortcut.Forward(input) : null;
        return Add(conv1.ForwardNormalised(norm1, input).Then(hidden => conv2.ForwardNormalised(norm2, hidden)), input, skipped);
    }

    /// <summary>The same for one picture without gradients, in strips where the picture is large.</summary>
    /// <param name="input">Of the picture's size.</param>
    /// <param name="stripPixels">Pixels of a strip; at most twice as many are computed whole.</param>
    public Tensor Forward(RowSource input, long stripPixels) => input.Height * input.Width > 2 * stripPixels
        ? ForwardInStrips(input, input.Rows(stripPixels))
        : input.Read(0, input.Height).Then(Forward);

    /// <summary>
    /// Without gradients, holding nothing of the picture's size but the output: the moments that the norms need are gathered
    /// first, at the price of computing the first convolution twice.
    /// </summary>
    private Tensor ForwardInStrips(RowSource input, long rows)
    {
        using var scope = NewDisposeScope();
        using var moments1 = new GroupMoments();
        input.ForStrips(rows, halo: 0, strip => strip, (_, strip) => moments1.Add(strip));
        var affine1 = norm1.Affine(moments1);

        using var moments2 = new GroupMoments();
        input.ForStrips(rows, halo: 1, FirstHalf, (_, strip) => moments2.Add(strip));
        var affine2 = norm2.Affine(moments2);

        var output = new RowSink(input.Height);
        input.ForStrips(rows, halo: 2, Whole, output.Write);
        return output.Result.MoveToOuterDisposeScope();

        Tensor FirstHalf(Tensor strip) => StripGroupNorm.Normalise(strip, affine1, silu: true).Then(conv1.Forward);

        Tensor Whole(Tensor strip) =>
            Add(FirstHalf(strip).Then(hidden => StripGroupNorm.Normalise(hidden, affine2, silu: true)).Then(conv2.Forward), strip);
    }

    private Tensor Add(Tensor hidden, Tensor input, Tensor? skipped = null)
    {
        if (shortcut is null)
        {
            return hidden.add_(input);
        }

        using var summand = skipped ?? shortcut.Forward(input);
        return hidden.add_(summand);
    }
}
