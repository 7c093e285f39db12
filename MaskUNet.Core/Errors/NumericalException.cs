namespace MaskUNet;

/// <summary>A model gave NaN or infinity.</summary>
public sealed class NumericalException : MaskUNetException
{
    /// <summary>Creates the exception with a default message.</summary>
    public NumericalException()
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">What happened, to what, and what to do.</param>
    public NumericalException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception around its cause.</summary>
    /// <param name="message">What happened, to what, and what to do.</param>
    /// <param name="innerException">The cause.</param>
    public NumericalException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
