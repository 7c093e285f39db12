using System.Runtime.InteropServices;

namespace MaskUNet.Runtime;

/// <summary>Says in our words what libtorch says with a C++ stack: TorchSharp knows one exception for everything.</summary>
internal static class NativeFailure
{
    /// <summary>Whether an exception comes from libtorch, or says that memory ran out.</summary>
    public static bool Is(Exception exception) => exception is OutOfMemoryException || exception.GetType() == typeof(ExternalException);

    /// <summary>The exception to throw instead.</summary>
    /// <param name="exception">For which <see cref="Is"/> holds.</param>
    /// <param name="doing">What was being done: "loading the model".</param>
    public static MaskUNetException Explain(Exception exception, string doing)
    {
        var reason = exception.Message.Split('\n', 2)[0].TrimEnd();
        return exception is OutOfMemoryException || (exception is ExternalException native && TensorMemory.IsExhausted(native))
            ? new TensorMemoryException(
                $"Memory ran out while {doing} ({reason}). Draw smaller pictures or fewer in a request, load the model in BFloat16, "
                + "or decode in strips (TilingOptions).",
                exception)
            : new MaskUNetException($"libtorch failed while {doing}: {reason}", exception);
    }
}
