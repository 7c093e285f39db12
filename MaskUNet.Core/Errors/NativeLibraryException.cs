namespace MaskUNet;

/// <summary>TorchSharp's native library is missing or cannot be loaded on this system.</summary>
public sealed class NativeLibraryException : MaskUNetException
{
    /// <summary>Creates the exception with a default message.</summary>
    public NativeLibraryException()
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">What happened, to what, and what to do.</param>
    public NativeLibraryException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception around its cause.</summary>
    /// <param name="message">What happened, to what, and what to do.</param>
    /// <param name="innerException">The cause.</param>
    public NativeLibraryException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
