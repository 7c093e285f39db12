namespace MaskUNet.Scheduling;

/// <summary>UniPC's function B(h): arXiv 2302.04867, section 3.1.</summary>
public enum UniPCSolverType
{
    /// <summary>B(h) = h, for few steps of unguided sampling.</summary>
    Bh1,

    /// <summary>B(h) = e^h - 1.</summary>
    Bh2,
}
