using System.Buffers.Binary;
using System.Text;

namespace MaskUNet.Checkpoints.PyTorch;

/// <summary>Writes the pickle of a state dict, protocol 2, with no more operations than <c>torch.load(weights_only=True)</c> allows.</summary>
internal sealed class PickleWriter
{
    private readonly List<byte> bytes = [0x80, 2];

    /// <summary>A dict from names to tensors; tensor i lies in storage i.</summary>
    public static byte[] StateDict(IReadOnlyList<TensorEntry> tensors)
    {
        var pickle = new PickleWriter();
        pickle.Add("}(");
        for (var i = 0; i < tensors.Count; i++)
        {
            pickle.Text(tensors[i].Name);
            pickle.Tensor(tensors[i], i);
        }

        pickle.Add("u.");
        return [.. pickle.bytes];
    }

    private void Tensor(TensorEntry tensor, int storage)
    {
        Add("ctorch._utils\n_rebuild_tensor_v2\n((");
        Text("storage");
        Add($"ctorch\n{Storage(tensor)}\n");
        Text(storage.ToString(System.Globalization.CultureInfo.InvariantCulture));
        Text("cpu");
        Number(tensor.Count);
        Add("tQ");
        Number(0);
        Tuple(tensor.Shape);
        Tuple(Strides(tensor.Shape));
        bytes.Add(0x89); // requires_grad is False
        Add("ccollections\nOrderedDict\n)RtR");
    }

    private static string Storage(TensorEntry tensor) => tensor.StoredType switch
    {
        StoredType.F32 => "FloatStorage",
        StoredType.F16 => "HalfStorage",
        StoredType.BF16 => "BFloat16Storage",
        StoredType.F64 => "DoubleStorage",
        StoredType.I64 => "LongStorage",
        var other => throw new InvalidOptionException($"The tensor '{tensor.Name}' is of {other}, which is not written to PyTorch files: convert it to a floating-point type first."),
    };

    private static long[] Strides(IReadOnlyList<long> shape)
    {
        var strides = new long[shape.Count];
        var stride = 1L;
        for (var i = shape.Count - 1; i >= 0; i--)
        {
            strides[i] = stride;
            stride *= shape[i];
        }

        return strides;
    }

    private void Tuple(IReadOnlyList<long> values)
    {
        Add("(");
        foreach (var value in values)
        {
            Number(value);
        }

        Add("t");
    }

    private void Number(long value)
    {
        var little = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(little, value);
        if (value is >= 0 and <= byte.MaxValue)
        {
            bytes.AddRange([(byte)'K', little[0]]);
        }
        else if (value is >= int.MinValue and <= int.MaxValue)
        {
            bytes.AddRange([(byte)'J', .. little[..4]]);
        }
        else
        {
            bytes.AddRange([0x8A, 8, .. little]);
        }
    }

    private void Text(string text)
    {
        var utf8 = Encoding.UTF8.GetBytes(text);
        var length = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(length, utf8.Length);
        bytes.AddRange([(byte)'X', .. length, .. utf8]);
    }

    private void Add(string operations) => bytes.AddRange(Encoding.Latin1.GetBytes(operations));
}
