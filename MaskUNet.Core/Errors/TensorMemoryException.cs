namespace MaskUNet;

/// <summary>A tensor could not be allocated.</summary>
public sealed class TensorMemoryException : MaskUNetException
{
    /// <summary>Creates the exception with a default message.</summary>
    public TensorMemoryException()
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">What happened, to what, and what to do.</param>
    public TensorMemoryException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception around its cause.</summary>
    /// <param name="message">What happened, to what, and what to do.</param>
    /// <param name="innerException">The cause.</param>
    public TensorMemoryException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
