using MaskUNet.Checkpoints;
using MaskUNet.Kernels;
using MaskUNet.Layers;
using MaskUNet.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Latents;

/// <summary>
/// The autoencoder of Stable Diffusion: pictures to latents of an eighth of their size, and back. It follows diffusers'
/// <c>AutoencoderKL</c>, with the same state-dict keys.
/// </summary>
/// <remarks>
/// Safe to call from several threads at once: nothing changes after construction. Gradients flow to latents, pictures and weights when
/// the calling thread records them. Inputs are converted to the model's type and device. Disposing frees the weights.
/// </remarks>
public sealed class AutoencoderKL : ILatentDecoder, ILatentEncoder
{
    private const double LeastLogVariance = -30;
    private const double MostLogVariance = 20;

    private readonly ModelWeights weights;
    private readonly VaeEncoder encoder;
    private readonly VaeDecoder decoder;
    private readonly Convolution? quantConv;
    private readonly Convolution? postQuantConv;

    /// <summary>Builds the model and reads its weights.</summary>
    /// <param name="config">The architecture.</param>
    /// <param name="source">The weights, under diffusers' keys; not needed afterwards.</param>
    /// <param name="dataType">The type to compute in; float32 by default.</param>
    /// <param name="device">The device to compute on; the CPU by default.</param>
    /// <param name="tiling">How large pictures are decoded and encoded; see there for the defaults.</param>
    /// <exception cref="CheckpointException">The configuration cannot be built, or the weights do not fit it; the message names the keys.</exception>
    /// <exception cref="InvalidOptionException">A tiling option is out of range.</exception>
    public AutoencoderKL(
        AutoencoderKLConfig config,
        IWeightSource source,
        ScalarType dataType = ScalarType.Float32,
        Device? device = null,
        TilingOptions? tiling = null)
    {
        ArgumentNullException.ThrowIfNull(config);
        ArgumentNullException.ThrowIfNull(source);
        config.Validate("The autoencoder's configuration");
        Config = config;
        Tiling = tiling ?? new TilingOptions();
        Tiling.Validate();
        weights = new ModelWeights(source, dataType, device);
        encoder = new VaeEncoder(weights.Root["encoder"], config);
        decoder = new VaeDecoder(weights.Root["decoder"], config);
        quantConv = config.UseQuantConv ? PointConvolution("quant_conv", 2 * config.LatentChannels) : null;
        postQuantConv = config.UsePostQuantConv ? PointConvolution("post_quant_conv", config.LatentChannels) : null;
        weights.Complete("the autoencoder (AutoencoderKL)");
    }

    /// <summary>The architecture.</summary>
    public AutoencoderKLConfig Config { get; }

    /// <summary>How large pictures are decoded and encoded.</summary>
    public TilingOptions Tiling { get; }

    /// <inheritdoc cref="ILatentDecoder.ScalingFactor"/>
    public double ScalingFactor => Config.ScalingFactor;

    /// <inheritdoc/>
    public int DownscaleFactor => Config.DownscaleFactor;

    /// <summary>The weights by state-dict key. They belong to the model; set <c>requires_grad</c> on them to train it.</summary>
    public IReadOnlyDictionary<string, Tensor> Weights => weights.Tensors;

    /// <inheritdoc/>
    /// <exception cref="InvalidOptionException">The shape is not [B, C, h, w].</exception>
    /// <exception cref="TensorMemoryException">The memory does not suffice, not even for strips where they are allowed.</exception>
    public Tensor Decode(Tensor latents)
    {
        ArgumentNullException.ThrowIfNull(latents);
        Require(latents, "latents", Config.LatentChannels, multiple: 1);
        return WholeOrInStrips("decoding", latents, latents.shape[2] * DownscaleFactor, latents.shape[3] * DownscaleFactor, DecodeWhole, DecodeInStrips);
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidOptionException">The shape is not [B, 3, H, W] with H and W multiples of <see cref="DownscaleFactor"/>.</exception>
    /// <exception cref="TensorMemoryException">The memory does not suffice, not even for strips where they are allowed.</exception>
    public LatentDistribution Encode(Tensor images)
    {
        ArgumentNullException.ThrowIfNull(images);
        Require(images, "images", Config.InChannels, DownscaleFactor);
        return WholeOrInStrips("encoding", images, images.shape[2], images.shape[3], EncodeWhole, EncodeInStrips);
    }

    /// <summary>Frees the weights. The model must not be used afterwards.</summary>
    public void Dispose() => weights.Dispose();

    private T WholeOrInStrips<T>(string verb, Tensor input, long height, long width, Func<Tensor, T> whole, Func<Tensor, T> inStrips)
    {
        var stripsAllowed = Tiling.Mode != TilingMode.Never && !Gradients.AreRecorded([input, .. weights.Tensors.Values]);
        var stripsFirst = stripsAllowed && (Tiling.Mode == TilingMode.Always || height * width > Tiling.WholePixels);
        return TensorMemory.Run<T>(
            $"{verb} {input.shape[0]} pictures of {width} x {height} pixels",
            () => stripsFirst ? inStrips(input) : whole(input),
            stripsAllowed && !stripsFirst ? () => inStrips(input) : null);
    }

    private Tensor DecodeWhole(Tensor latents)
    {
        using var scope = NewDisposeScope();
        return decoder.Forward(PostQuant(latents)).MoveToOuterDisposeScope();
    }

    private Tensor DecodeInStrips(Tensor latents)
    {
        using var scope = NewDisposeScope();
        var pictures = PostQuant(latents).split(1).Select(latent => decoder.ForwardInStrips(latent, Tiling.StripPixels)).ToList();
        return (pictures.Count == 1 ? pictures[0] : cat(pictures)).MoveToOuterDisposeScope();
    }

    private Tensor PostQuant(Tensor latents)
    {
        var hidden = latents.to(weights.DataType, weights.Device);
        return postQuantConv is null ? hidden : postQuantConv.Forward(hidden);
    }

    private LatentDistribution EncodeWhole(Tensor images)
    {
        using var scope = NewDisposeScope();
        return Posterior(encoder.Forward(images.to(weights.DataType, weights.Device)));
    }

    private LatentDistribution EncodeInStrips(Tensor images)
    {
        using var scope = NewDisposeScope();
        var converted = images.to(weights.DataType, weights.Device).split(1);
        return Posterior(cat([.. converted.Select(image => encoder.ForwardInStrips(image, Tiling.StripPixels))]));
    }

    /// <summary>The moments' halves, moved out of the caller's scope.</summary>
    private LatentDistribution Posterior(Tensor moments)
    {
        var halves = (quantConv is null ? moments : quantConv.Forward(moments)).chunk(2, dim: 1);
        return new LatentDistribution(
            halves[0].contiguous().MoveToOuterDisposeScope(),
            halves[1].clamp(LeastLogVariance, MostLogVariance).contiguous().MoveToOuterDisposeScope());
    }

    private static void Require(Tensor tensor, string what, int channels, int multiple)
    {
        var shape = tensor.shape;
        if (shape.Length != 4 || shape[1] != channels || shape.Any(size => size < 1) || shape[2] % multiple != 0 || shape[3] % multiple != 0)
        {
            var sizes = multiple == 1 ? "" : $", height and width multiples of {multiple}";
            throw new InvalidOptionException($"The {what} must be [batch, {channels}, height, width]{sizes}, not [{string.Join(", ", shape)}].");
        }
    }

    private Convolution PointConvolution(string name, int channels) => new(weights.Root[name], channels, channels, kernel: 1, padding: 0);
}
