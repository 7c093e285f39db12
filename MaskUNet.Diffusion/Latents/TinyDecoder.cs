using System.Globalization;
using MaskUNet.Checkpoints;
using MaskUNet.Kernels;
using MaskUNet.Layers;
using MaskUNet.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Latents;

/// <summary>
/// The decoder of TAESD (Ollin Boer Bohan's tiny autoencoder for Stable Diffusion; diffusers' <c>AutoencoderTiny</c>): pictures a little blurred, for
/// a fiftieth of the work. Good for watching a run and for rewards that look while masks are optimised.
/// </summary>
/// <remarks>Safe to call from several threads at once. Inputs are converted to its type and device. Disposing frees the weights.</remarks>
public sealed class TinyDecoder : ILatentDecoder
{
    private const int Channels = 64;
    private const int LatentChannels = 4;
    private const double Range = 3; // latents are squeezed softly into -3 to 3
    private const string Prefix = "decoder.layers.";
    private static readonly int[] BlocksOfStage = [3, 3, 3, 1];

    private readonly ModelWeights weights;

    /// <summary>Builds the decoder and reads its weights.</summary>
    /// <param name="source">
    /// The weights, under diffusers' keys (<c>decoder.layers.0.weight</c>; an encoder beside them is left alone) or those of <c>taesd_decoder</c> files
    /// (<c>1.weight</c>). Not needed afterwards.
    /// </param>
    /// <param name="dataType">The type to compute in; float32 by default.</param>
    /// <param name="device">The device to compute on; the CPU by default.</param>
    /// <exception cref="CheckpointException">The weights are of another model; the message names the keys.</exception>
    public TinyDecoder(IWeightSource source, ScalarType dataType = ScalarType.Float32, Device? device = null)
    {
        ArgumentNullException.ThrowIfNull(source);
        weights = new ModelWeights(Named(source), dataType, device);
        Stages = Build();
        weights.Complete("the tiny decoder (TAESD)", key => key.StartsWith("encoder.", StringComparison.Ordinal));
    }

    /// <inheritdoc/>
    /// <remarks>1: the latents are taken as the U-Net has them.</remarks>
    public double ScalingFactor => 1;

    /// <inheritdoc/>
    public int DownscaleFactor => 1 << (BlocksOfStage.Length - 1);

    /// <inheritdoc/>
    /// <remarks>One a resolution.</remarks>
    public IReadOnlyList<Func<Tensor, Tensor>> Stages { get; }

    /// <summary>Loads a published decoder.</summary>
    /// <param name="path">A <c>taesd_decoder</c> file, a file of diffusers' <c>AutoencoderTiny</c>, or the folder that holds one.</param>
    /// <param name="dataType">The type to compute in; float32 by default.</param>
    /// <param name="device">The device to compute on; the CPU by default.</param>
    /// <exception cref="CheckpointException">The file is missing, damaged or of another model.</exception>
    public static TinyDecoder Load(string path, ScalarType dataType = ScalarType.Float32, Device? device = null)
    {
        ArgumentNullException.ThrowIfNull(path);
        using var file = WeightFile.Open(Directory.Exists(path) ? Path.Combine(path, "diffusion_pytorch_model.safetensors") : path);
        return new TinyDecoder(file, dataType, device);
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidOptionException">The shape is not [B, 4, h, w].</exception>
    /// <exception cref="TensorMemoryException">The memory does not suffice.</exception>
    public Tensor Decode(Tensor latents)
    {
        ArgumentNullException.ThrowIfNull(latents);
        if (latents.shape is not [> 0, LatentChannels, > 0, > 0])
        {
            throw new InvalidOptionException($"The tiny decoder was given latents [{string.Join(", ", latents.shape)}]: give [B, {LatentChannels}, h, w].");
        }

        return TensorMemory.Run($"decoding {latents.shape[0]} pictures with the tiny decoder", () =>
        {
            using var scope = NewDisposeScope();
            return Stages.Aggregate(latents.alias(), (hidden, stage) => hidden.Then(stage)).MoveToOuterDisposeScope();
        });
    }

    /// <summary>Frees the weights. The decoder must not be used afterwards.</summary>
    public void Dispose() => weights.Dispose();

    private List<Func<Tensor, Tensor>> Build()
    {
        var layers = weights.Root["decoder"]["layers"];
        var stages = new List<Func<Tensor, Tensor>>();
        var first = new Convolution(layers[0], LatentChannels, Channels);
        Func<Tensor, Tensor> entry = latents => Begin(latents, first);
        var next = 2; // after a ReLU
        for (var stage = 0; stage < BlocksOfStage.Length; stage++)
        {
            var begin = entry;
            TinyBlock[] blocks = [.. Enumerable.Range(next, BlocksOfStage[stage]).Select(layer => new TinyBlock(layers[layer]["conv"], Channels))];
            stages.Add(input => blocks.Aggregate(begin(input), (hidden, block) => hidden.Then(block.Forward)));
            next += blocks.Length;
            if (stage < BlocksOfStage.Length - 1)
            {
                var upsampler = layers[next + 1].Take("weight", Channels, Channels, 3, 3);
                entry = input => UpsampleConvolutionKernel.Apply(input, upsampler, bias: null);
                next += 2; // the upsampling, and its convolution
            }
        }

        var last = new Convolution(layers[next], Channels, outChannels: 3);
        stages.Add(hidden => End(hidden, last));
        return stages;
    }

    private Tensor Begin(Tensor latents, Convolution first)
    {
        using var scope = NewDisposeScope();
        var squeezed = (latents.to(weights.DataType, weights.Device) / Range).tanh() * Range;
        return nn.functional.relu(first.Forward(squeezed)).MoveToOuterDisposeScope();
    }

    // The published decoder gives [0, 1].
    private static Tensor End(Tensor hidden, Convolution last)
    {
        using var scope = NewDisposeScope();
        return ((last.Forward(hidden) * 2) - 1).MoveToOuterDisposeScope();
    }

    // In taesd_decoder files the squeezing counts as a layer, so that all others have a number more.
    private static IWeightSource Named(IWeightSource source) =>
        source.Entries?.Keys.All(key => char.IsAsciiDigit(key[0])) == true ? new RenamedWeights(source, Renamed) : source;

    private static IEnumerable<MappedTensor> Renamed(TensorEntry stored)
    {
        var dot = stored.Name.IndexOf('.', StringComparison.Ordinal);
        if (int.TryParse(stored.Name.AsSpan(0, Math.Max(0, dot)), NumberStyles.None, CultureInfo.InvariantCulture, out var layer))
        {
            yield return new MappedTensor(FormattableString.Invariant($"{Prefix}{layer - 1}{stored.Name[dot..]}"), TensorTransform.Copy);
        }
    }
}
