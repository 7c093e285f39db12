using System.Diagnostics.CodeAnalysis;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Kernels;

/// <summary>A layer with frozen weights and a way back of its own, to its input alone.</summary>
/// <typeparam name="TFunction">The layer itself, as TorchSharp wants it.</typeparam>
/// <typeparam name="TSettings">Its numbers.</typeparam>
internal abstract class InputGradientFunction<TFunction, TSettings> : autograd.SingleTensorFunction<TFunction>
    where TFunction : InputGradientFunction<TFunction, TSettings>, new()
    where TSettings : class
{
    /// <summary>
    /// What this thread returned last. libtorch has its own handle then, but TorchSharp leaves ours to whoever called backward, whose scope
    /// would hold every layer's gradient to the end.
    /// </summary>
    [ThreadStatic]
    private static Tensor? returned;

    public sealed override string Name => typeof(TFunction).Name;

    public sealed override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        var settings = (TSettings)vars[0];
        ctx.save_data(nameof(TSettings), settings);
        ctx.set_materialize_grads(false);
        return Forward(ctx, settings, (Tensor)vars[1], (Tensor)vars[2], (Tensor?)vars[3]);
    }

    [SuppressMessage("Design", "CA1031", Justification = "An exception that passes through native code ends the process.")]
    public sealed override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        Tensor? gradient = null;
        using (grad_output)
        {
            if (!grad_output.IsInvalid)
            {
                try
                {
                    using var scope = NewDisposeScope();
                    gradient = InputGradient(ctx.get_saved_variables(), (TSettings)ctx.get_data(nameof(TSettings)), grad_output).MoveToOuterDisposeScope();
                }
                catch (Exception)
                {
                    gradient = empty(0); // libtorch refuses a gradient of this shape, with an exception that can be caught
                }
            }
        }

        returned?.Dispose();
        returned = gradient;
        return [null!, gradient!, null!, null!];
    }

    /// <summary>
    /// Applies the layer; what the way back needs is given to <c>ctx.save_for_backward</c>, which takes it only after this has returned: such
    /// tensors are left to the caller's dispose scope.
    /// </summary>
    protected abstract Tensor Forward(autograd.AutogradContext ctx, TSettings settings, Tensor input, Tensor weight, Tensor? bias);

    /// <summary>The gradient by the input.</summary>
    /// <param name="saved">What <see cref="Forward"/> saved.</param>
    /// <param name="settings">Its numbers.</param>
    /// <param name="gradient">That by the result.</param>
    protected abstract Tensor InputGradient(IReadOnlyList<Tensor> saved, TSettings settings, Tensor gradient);

    /// <summary>Applies the layer where gradients are recorded.</summary>
    protected static Tensor Record(TSettings settings, Tensor input, Tensor weight, Tensor? bias)
    {
        using var scope = NewDisposeScope(); // TorchSharp makes an empty tensor of the result's size beside it
        return apply(settings, input, weight, bias!).MoveToOuterDisposeScope();
    }
}

/// <summary>The settings of a layer that has none.</summary>
internal sealed class NoSettings
{
    public static NoSettings Instance { get; } = new();
}
