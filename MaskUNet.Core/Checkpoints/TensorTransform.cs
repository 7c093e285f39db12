using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Checkpoints;

/// <summary>How a tensor of one checkpoint layout becomes a tensor of another.</summary>
internal abstract record TensorTransform
{
    /// <summary>As it is.</summary>
    public static TensorTransform Copy { get; } = new Same();

    /// <summary>[a, b] to [b, a].</summary>
    public static TensorTransform Transpose { get; } = new Transposed();

    /// <summary>[o, i, 1, 1] to [o, i]: a 1x1 convolution to a linear layer.</summary>
    public static TensorTransform Squeeze1x1 { get; } = new Squeezed();

    /// <summary>A slice of the first dimension.</summary>
    public static TensorTransform Rows(long begin, long end) => new Slice(begin, end);

    /// <summary>The shape that a stored shape becomes, or null where the transform does not apply to it.</summary>
    public abstract IReadOnlyList<long>? ShapeOf(IReadOnlyList<long> stored);

    /// <summary>Applies the transform; the result may share memory with its input.</summary>
    public abstract Tensor Apply(Tensor stored);

    private sealed record Same : TensorTransform
    {
        public override IReadOnlyList<long> ShapeOf(IReadOnlyList<long> stored) => stored;

        public override Tensor Apply(Tensor stored) => stored.alias();

        public override string ToString() => "copy";
    }

    private sealed record Transposed : TensorTransform
    {
        public override IReadOnlyList<long>? ShapeOf(IReadOnlyList<long> stored) => stored is [var rows, var columns] ? [columns, rows] : null;

        public override Tensor Apply(Tensor stored) => stored.t();

        public override string ToString() => "transpose";
    }

    private sealed record Squeezed : TensorTransform
    {
        public override IReadOnlyList<long>? ShapeOf(IReadOnlyList<long> stored) => stored is [var rows, var columns, 1, 1] ? [rows, columns] : null;

        public override Tensor Apply(Tensor stored) => stored.squeeze(3).squeeze(2);

        public override string ToString() => "squeeze_1x1";
    }

    private sealed record Slice(long Begin, long End) : TensorTransform
    {
        public override IReadOnlyList<long>? ShapeOf(IReadOnlyList<long> stored) =>
            stored.Count > 0 && End <= stored[0] ? [End - Begin, .. stored.Skip(1)] : null;

        public override Tensor Apply(Tensor stored) => stored.narrow(0, Begin, End - Begin);

        public override string ToString() => $"rows {Begin}:{End}";
    }
}
