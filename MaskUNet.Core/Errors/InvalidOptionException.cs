namespace MaskUNet;

/// <summary>An option or a request holds a value outside its range, or values that contradict each other.</summary>
public sealed class InvalidOptionException : MaskUNetException
{
    /// <summary>Creates the exception with a default message.</summary>
    public InvalidOptionException()
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">What happened, to what, and what to do.</param>
    public InvalidOptionException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception around its cause.</summary>
    /// <param name="message">What happened, to what, and what to do.</param>
    /// <param name="innerException">The cause.</param>
    public InvalidOptionException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
