namespace MaskUNet.Scheduling;

/// <summary>The kind of DPM-Solver's second-order update.</summary>
public enum DpmSolverType
{
    /// <summary>The midpoint method.</summary>
    Midpoint,

    /// <summary>Heun's method.</summary>
    Heun,
}
