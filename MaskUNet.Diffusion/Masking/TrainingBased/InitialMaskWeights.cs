using MaskUNet.Checkpoints;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Masking;

/// <summary>The weights that a <see cref="LearnedMaskModel"/> begins with. A tensor follows from seed and name alone.</summary>
internal sealed class InitialMaskWeights(MaskInitialization kind, double logit, long seed) : IWeightSource
{
    // A tenth of PyTorch's default on either side of an adapter: logits differ by a hundredth of what the generator gives.
    private const double AdapterScale = 0.1;

    private readonly InitialWeights uniform = new(seed);

    public string Name => $"{kind} masks with seed {seed}";

    public IReadOnlyDictionary<string, TensorEntry>? Entries => null;

    public Tensor Read(string name, IReadOnlyList<long> shape, ScalarType dataType, Device device)
    {
        using var scope = NewDisposeScope();
        return Values(name, [.. shape]).to(dataType).to(device).MoveToOuterDisposeScope();
    }

    private Tensor Values(string name, long[] shape)
    {
        var released = kind == MaskInitialization.Released;
        return 0 switch
        {
            _ when name.EndsWith("conv_out.bias", StringComparison.Ordinal) => full(shape, logit),
            _ when name.EndsWith("conv_in.bias", StringComparison.Ordinal) => full(shape, released ? logit : 0),
            _ when name.EndsWith("bias", StringComparison.Ordinal) => zeros(shape),
            _ when name.StartsWith("adapters.", StringComparison.Ordinal) => released ? zeros(shape) : Uniform(name, shape) * AdapterScale,
            _ when name.EndsWith("conv_kernel_mask.2.weight", StringComparison.Ordinal) && released => zeros(shape),
            // Kaiming's deviation is sqrt(2 / inputs), that of the uniform default sqrt(1 / 3 inputs).
            _ when name.EndsWith("conv_kernel_mask.0.weight", StringComparison.Ordinal) => Uniform(name, shape) * Math.Sqrt(6),
            _ => Uniform(name, shape),
        };
    }

    private Tensor Uniform(string name, long[] shape) => uniform.Read(name, shape, ScalarType.Float32, CPU);
}
