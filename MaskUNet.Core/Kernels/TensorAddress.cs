using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Kernels;

/// <summary>Where a tensor's numbers lie in the CPU's memory.</summary>
internal static unsafe class TensorAddress
{
    /// <summary>The address of the first element, which holds as long as the tensor lives; by that element alone, since a span of bytes cannot hold large tensors.</summary>
    /// <param name="tensor">Contiguous.</param>
    public static nint Of(Tensor tensor)
    {
        using var scope = NewDisposeScope();
        return tensor.numel() == 0 ? 0 : (nint)Unsafe.AsPointer(ref MemoryMarshal.GetReference(tensor.as_strided([1], [1], tensor.storage_offset()).bytes));
    }
}
