using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Kernels;

/// <summary>
/// The first half of a tensor's last dimension times the exact GELU of the second (GEGLU). Its way back keeps the tensor alone, where libtorch's
/// operators keep GELU's values too: a third of it all.
/// </summary>
internal sealed class GatedGelu : InputGradientFunction<GatedGelu, NoSettings>
{
    private const long Few = 1 << 20; // below, there is little to save, and a call from native code costs more

    /// <summary>Applies it.</summary>
    /// <param name="input">[..., 2 * C].</param>
    /// <returns>[..., C].</returns>
    public static Tensor Apply(Tensor input) =>
        input.device_type == DeviceType.CPU && input.numel() >= Few && Gradients.AreRecorded(input)
            ? Record(NoSettings.Instance, input, null!, null)
            : Product(input);

    protected override Tensor Forward(autograd.AutogradContext ctx, NoSettings settings, Tensor input, Tensor weight, Tensor? bias)
    {
        ctx.save_for_backward([input]);
        return Product(input);
    }

    protected override Tensor InputGradient(IReadOnlyList<Tensor> saved, NoSettings settings, Tensor gradient)
    {
        var input = saved[0];
        if (Gradients.AreRecorded(input, gradient))
        {
            // A derivative of the derivative was asked for: rare, so libtorch's own way will do.
            return autograd.grad([Product(input)], [input], [gradient], retain_graph: true, create_graph: true)[0];
        }

        var halves = input.chunk(2, dim: -1);
        var gate = halves[1].detach().requires_grad_();
        var curved = Recorded(gate);
        var ofGate = autograd.grad([curved], [gate], [gradient * halves[0]])[0];
        return cat([gradient * curved, ofGate], dim: -1);
    }

    private static Tensor Recorded(Tensor gate)
    {
        using var recording = enable_grad();
        return nn.functional.gelu(gate);
    }

    private static Tensor Product(Tensor input)
    {
        using var scope = NewDisposeScope();
        var halves = input.chunk(2, dim: -1);
        var curved = nn.functional.gelu(halves[1]);
        return (Gradients.AreRecorded(curved, halves[0]) ? curved * halves[0] : curved.mul_(halves[0])).MoveToOuterDisposeScope();
    }
}
