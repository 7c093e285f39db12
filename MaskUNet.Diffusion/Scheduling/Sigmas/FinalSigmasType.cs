namespace MaskUNet.Scheduling;

/// <summary>The noise level that the last step leads to.</summary>
public enum FinalSigmasType
{
    /// <summary>None: the clean sample.</summary>
    Zero,

    /// <summary>The lowest of the training schedule.</summary>
    SigmaMin,
}
