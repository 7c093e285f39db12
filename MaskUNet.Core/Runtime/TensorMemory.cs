using System.Runtime.InteropServices;

namespace MaskUNet.Runtime;

/// <summary>What happens when a tensor does not fit into memory. libtorch has no exception type for it, only texts.</summary>
internal static class TensorMemory
{
    /// <summary>Runs work, then, if the memory did not suffice, the same work in a more frugal way.</summary>
    /// <param name="what">What the message calls the work: "decoding a picture of 512 x 512 pixels".</param>
    /// <param name="work">Leaves no tensors behind when it fails.</param>
    /// <param name="frugal">The other way, or null where there is none.</param>
    /// <exception cref="TensorMemoryException">The memory sufficed for neither.</exception>
    public static T Run<T>(string what, Func<T> work, Func<T>? frugal = null)
    {
        try
        {
            return work();
        }
        catch (ExternalException e) when (IsExhausted(e))
        {
            return frugal is null
                ? throw new TensorMemoryException($"The memory did not suffice for {what}. Close other programs, or make it smaller.", e)
                : Run(what, frugal);
        }
    }

    /// <summary>Whether an exception of TorchSharp says that memory ran out, on the CPU or on a GPU.</summary>
    public static bool IsExhausted(ExternalException exception) =>
        exception.Message.Contains("can't allocate memory", StringComparison.Ordinal)
        || exception.Message.Contains("not enough memory", StringComparison.Ordinal) // on Windows
        || exception.Message.Contains("out of memory", StringComparison.OrdinalIgnoreCase);
}
