using MaskUNet.Layers;
using MaskUNet.Masking;
using static TorchSharp.torch;

namespace MaskUNet.UNet.Blocks;

/// <summary>A transformer over the pixels of a feature map: [B, C, H, W] to [B, C, H, W]. Channels-last makes the reshapes views.</summary>
internal sealed class Transformer2DModel
{
    private const double Eps = 1e-6; // not the residual blocks' epsilon
    private readonly GroupNorm norm;
    private readonly PixelProjection projectIn;
    private readonly BasicTransformerBlock block;
    private readonly PixelProjection projectOut;

    public Transformer2DModel(UNetScope scope, UNet2DConditionConfig config, int channels, int heads)
    {
        norm = new(scope.Weights["norm"], config.NormNumGroups, channels, Eps);
        projectIn = new(scope["proj_in"], channels, config.UseLinearProjection);
        block = new(scope["transformer_blocks"][0], config, channels, heads);
        projectOut = new(scope["proj_out"], channels, config.UseLinearProjection);
    }

    internal BasicTransformerBlock Block => block;

    public Tensor Forward(Tensor input, Tensor text, BlockCall call)
    {
        using var dispose = NewDisposeScope();
        var (batch, channels, height, width) = (input.shape[0], input.shape[1], input.shape[2], input.shape[3]);
        var tokens = projectIn.Forward(norm.Forward(input), call).permute(0, 2, 3, 1).reshape(batch, height * width, channels);
        var hidden = block.Forward(tokens, text, call).reshape(batch, height, width, channels).permute(0, 3, 1, 2);
        return projectOut.Forward(hidden, call).add_(input).MoveToOuterDisposeScope();
    }
}

/// <summary>A projection of every pixel, stored as a 1x1 convolution (Stable Diffusion 1.x) or a linear layer (2.x).</summary>
internal sealed class PixelProjection
{
    private readonly MaskableLinear? linear;
    private readonly MaskableConvolution? convolution;

    public PixelProjection(UNetScope scope, int channels, bool isLinear)
    {
        linear = isLinear ? new(scope, channels, channels) : null;
        convolution = isLinear ? null : new(scope, channels, channels, kernel: 1, padding: 0);
    }

    public Tensor Forward(Tensor input, BlockCall call)
    {
        if (convolution is not null)
        {
            return convolution.Forward(input, call);
        }

        using var dispose = NewDisposeScope();
        return linear!.Forward(input.permute(0, 2, 3, 1), call).permute(0, 3, 1, 2).MoveToOuterDisposeScope();
    }
}
