namespace MaskUNet;

/// <summary>A picture's file is missing, damaged, too large or of a format that is not supported, or cannot be written.</summary>
public sealed class ImageException : MaskUNetException
{
    /// <summary>Creates the exception with a default message.</summary>
    public ImageException()
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">What happened, to what, and what to do.</param>
    public ImageException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception around its cause.</summary>
    /// <param name="message">What happened, to what, and what to do.</param>
    /// <param name="innerException">The cause.</param>
    public ImageException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
