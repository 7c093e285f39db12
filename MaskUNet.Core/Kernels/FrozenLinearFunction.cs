using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Kernels;

/// <summary>
/// <see cref="LinearKernel"/> with gradients for the input; weight and bias are frozen. libtorch's own keeps the input for a weight's gradient that
/// nobody asks for: of a transformer's feed-forward, a tenth of its graph.
/// </summary>
internal sealed class FrozenLinearFunction : InputGradientFunction<FrozenLinearFunction, NoSettings>
{
    private const long Few = 1 << 27; // multiplications; below, there is little to save, and a call from native code costs more

    /// <summary>Whether gradients of the input alone are recorded, and the input is worth it.</summary>
    public static bool Fits(Tensor input, Tensor weight, Tensor? bias) =>
        input.device_type == DeviceType.CPU && input.numel() * weight.shape[0] >= Few && Gradients.AreRecorded(input) && !Gradients.AreRecorded(weight, bias);

    /// <summary>x W^T + b.</summary>
    /// <param name="input">Rows [N, in], or pixels [B, in, H, W].</param>
    /// <param name="weight">[out, in].</param>
    /// <param name="bias">[out] or null.</param>
    /// <returns>[N, out] or [B, out, H, W].</returns>
    public static Tensor Apply(Tensor input, Tensor weight, Tensor? bias) => Record(NoSettings.Instance, input, weight, bias);

    protected override Tensor Forward(autograd.AutogradContext ctx, NoSettings settings, Tensor input, Tensor weight, Tensor? bias)
    {
        ctx.save_for_backward([weight]);
        return LinearKernel.Product(input, weight, bias);
    }

    // Linear in the gradient, so that derivatives of any order work.
    protected override Tensor InputGradient(IReadOnlyList<Tensor> saved, NoSettings settings, Tensor gradient)
    {
        using var transposed = saved[0].t();
        return gradient.dim() == 2
            ? LinearKernel.Apply(gradient, transposed, bias: null)
            : LinearKernel.Apply(gradient.permute(0, 2, 3, 1), transposed, bias: null).permute(0, 3, 1, 2);
    }
}
