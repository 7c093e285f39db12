namespace MaskUNet;

/// <summary>A model file or folder is missing, damaged, unsafe, or of another model than asked for.</summary>
public sealed class CheckpointException : MaskUNetException
{
    /// <summary>Creates the exception with a default message.</summary>
    public CheckpointException()
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">What happened, to what, and what to do.</param>
    public CheckpointException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception around its cause.</summary>
    /// <param name="message">What happened, to what, and what to do.</param>
    /// <param name="innerException">The cause.</param>
    public CheckpointException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
