namespace MaskUNet.Scheduling;

/// <summary>Which integral DPM-Solver solves.</summary>
public enum DpmSolverAlgorithm
{
    /// <summary>That of the predicted noise, as an ordinary differential equation: DPM-Solver, arXiv 2206.00927.</summary>
    DpmSolver,

    /// <summary>That of the predicted clean sample, as an ordinary differential equation: DPM-Solver++, arXiv 2211.01095.</summary>
    DpmSolverPlusPlus,

    /// <summary>That of the predicted noise, as a stochastic differential equation.</summary>
    SdeDpmSolver,

    /// <summary>That of the predicted clean sample, as a stochastic differential equation.</summary>
    SdeDpmSolverPlusPlus,
}
