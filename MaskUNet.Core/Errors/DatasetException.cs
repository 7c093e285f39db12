namespace MaskUNet;

/// <summary>A dataset is missing, empty, of another layout than expected, or holds no picture that can be read.</summary>
public sealed class DatasetException : MaskUNetException
{
    /// <summary>Creates the exception with a default message.</summary>
    public DatasetException()
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">What happened, to what, and what to do.</param>
    public DatasetException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception around its cause.</summary>
    /// <param name="message">What happened, to what, and what to do.</param>
    /// <param name="innerException">The cause.</param>
    public DatasetException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
