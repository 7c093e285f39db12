using System.Diagnostics.CodeAnalysis;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Kernels;

/// <summary>
/// <see cref="WinogradConvolution"/> with gradients for the input, by its adjoint. Weights and bias are frozen, so the input is not kept.
/// The adjoint's own gradient is the convolution, so that derivatives of any order work.
/// </summary>
internal sealed class WinogradFunction : autograd.SingleTensorFunction<WinogradFunction>
{
    /// <summary>
    /// What this thread returned last. libtorch has its own handle then, but TorchSharp leaves ours to whoever called backward, whose scope
    /// would hold every layer's gradient to the end.
    /// </summary>
    [ThreadStatic]
    private static Tensor? returned;

    public override string Name => nameof(WinogradFunction);

    /// <summary>Whether the gradients that are recorded, if any, are those of the input alone and the convolution suits both ways.</summary>
    public static bool Fits(Tensor input, Tensor weight, Tensor? bias, int scale = 1) =>
        WinogradConvolution.Fits(input, weight, scale)
        && !Gradients.AreRecorded(weight, bias)
        && (!Gradients.AreRecorded(input) || WinogradConvolution.FitsAdjoint(weight));

    /// <summary>Convolves.</summary>
    /// <param name="input">[B, in, H, W].</param>
    /// <param name="weight">[out, in, 3, 3], frozen.</param>
    /// <param name="bias">[out], frozen, or null.</param>
    /// <param name="scale">1, or 2 to repeat each pixel of the input in both directions first.</param>
    /// <returns>[B, out, scale * H, scale * W], channels-last.</returns>
    public static Tensor Convolve(Tensor input, Tensor weight, Tensor? bias, int scale = 1) =>
        Run(new Map(scale, IsAdjoint: false), input, weight, bias);

    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        var (map, input, weight) = ((Map)vars[0], (Tensor)vars[1], (Tensor)vars[2]);
        ctx.save_for_backward([weight]);
        ctx.save_data(nameof(Map), map);
        ctx.set_materialize_grads(false);
        return map.Apply(input, weight, (Tensor?)vars[3]);
    }

    [SuppressMessage("Design", "CA1031", Justification = "An exception that passes through native code ends the process.")]
    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        Tensor? gradient = null;
        using (grad_output)
        {
            if (!grad_output.IsInvalid)
            {
                try
                {
                    gradient = InputGradient(ctx, grad_output);
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

    private static Tensor InputGradient(autograd.AutogradContext ctx, Tensor gradient)
    {
        using var scope = NewDisposeScope();
        var map = (Map)ctx.get_data(nameof(Map));
        var weight = ctx.get_saved_variables()[0];
        return Run(map with { IsAdjoint = !map.IsAdjoint }, gradient, weight, bias: null).MoveToOuterDisposeScope();
    }

    private static Tensor Run(Map map, Tensor input, Tensor weight, Tensor? bias)
    {
        if (!Gradients.AreRecorded(input))
        {
            return map.Apply(input, weight, bias);
        }

        using var scope = NewDisposeScope(); // TorchSharp makes an empty tensor of the result's size beside it
        return apply(map, input, weight, bias!).MoveToOuterDisposeScope();
    }

    private sealed record Map(int Scale, bool IsAdjoint)
    {
        public Tensor Apply(Tensor input, Tensor weight, Tensor? bias) =>
            IsAdjoint ? WinogradConvolution.Adjoint(input, weight, Scale) : WinogradConvolution.Apply(input, weight, bias, Scale);
    }
}
