using static TorchSharp.torch;

namespace MaskUNet.Runtime;

/// <summary>Runs one unit of native work in a state of the thread that does not depend on what ran before it.</summary>
internal static class NativeUnit
{
    /// <summary>Runs the unit without gradients and frees every tensor that it neither freed nor detached.</summary>
    /// <exception cref="MaskUNetException">The unit left a dispose scope open or the grad mode changed.</exception>
    public static TResult Run<TResult>(Func<TResult> unit)
    {
        using var scope = NewDisposeScope();
        using var withoutGradients = no_grad();
        var result = unit();
        if (is_grad_enabled())
        {
            throw new MaskUNetException("a unit of native work ended with gradients enabled: close enable_grad() before each yield");
        }

        // A new tensor joins the innermost open scope. One left open lies below the next unit's own and so touches nothing there.
        using var probe = empty(0);
        return scope.Contains(probe)
            ? result
            : throw new MaskUNetException("a unit of native work left a dispose scope open: close it before each yield");
    }
}
