namespace MaskUNet;

/// <summary>
/// The base of every exception that this library throws on purpose. Its message names the thing, the value and the remedy.
/// </summary>
public class MaskUNetException : Exception
{
    /// <summary>Creates the exception with a default message.</summary>
    public MaskUNetException()
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">What happened, to what, and what to do.</param>
    public MaskUNetException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception around its cause.</summary>
    /// <param name="message">What happened, to what, and what to do.</param>
    /// <param name="innerException">The cause.</param>
    public MaskUNetException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
