using System.Runtime.Intrinsics;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Kernels;

/// <summary>A step of AdamW in one pass over a parameter, where libtorch's operators make eight. The same operations in the same order.</summary>
internal static unsafe class AdamWKernel
{
    private const int Lanes = 8;

    /// <summary>Whether the processor has the vectors for it, and it knows such tensors.</summary>
    public static bool Fits(params ReadOnlySpan<Tensor> tensors)
    {
        if (!NarrowLanes.AreSupported)
        {
            return false;
        }

        foreach (var tensor in tensors)
        {
            if (tensor.device_type != DeviceType.CPU || tensor.dtype != ScalarType.Float32 || !tensor.is_contiguous())
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Moves a parameter and its moments, all of one shape and such as <see cref="Fits"/> says.</summary>
    /// <param name="parameter">What is moved.</param>
    /// <param name="gradient">Its gradient.</param>
    /// <param name="first">The gradients' running mean.</param>
    /// <param name="second">The squared gradients' running mean.</param>
    /// <param name="rates">Of this step.</param>
    public static void Step(Tensor parameter, Tensor gradient, Tensor first, Tensor second, AdamWRates rates)
    {
        var (p, g, m, v) = (TensorAddress.Of(parameter), TensorAddress.Of(gradient), TensorAddress.Of(first), TensorAddress.Of(second));
        Stretches.Run(parameter.numel(), (from, to) => Step((float*)p, (float*)g, (float*)m, (float*)v, from, to, rates));
    }

    private static void Step(float* parameter, float* gradient, float* first, float* second, long from, long to, AdamWRates rates)
    {
        for (; from + Lanes <= to; from += Lanes)
        {
            var g = Vector256.Load(gradient + from);
            var before = Vector256.Load(first + from);
            var m = Vector256.FusedMultiplyAdd(Vector256.Create(rates.First), g - before, before);
            var v = (Vector256.Load(second + from) * rates.KeptSecond) + (g * rates.Second * g);
            var root = (Vector256.Sqrt(v) / rates.RootCorrection) + Vector256.Create(rates.Epsilon);
            m.Store(first + from);
            v.Store(second + from);
            ((Vector256.Load(parameter + from) * rates.Kept) - (m * rates.StepSize / root)).Store(parameter + from);
        }

        for (; from < to; from++)
        {
            var g = gradient[from];
            first[from] = MathF.FusedMultiplyAdd(rates.First, g - first[from], first[from]);
            second[from] = (second[from] * rates.KeptSecond) + (g * rates.Second * g);
            var root = (MathF.Sqrt(second[from]) / rates.RootCorrection) + rates.Epsilon;
            parameter[from] = (parameter[from] * rates.Kept) - (first[from] * rates.StepSize / root);
        }
    }
}

/// <summary>The numbers of a step.</summary>
/// <param name="Kept">What the weight decay leaves of a parameter.</param>
/// <param name="First">A gradient's share of the mean.</param>
/// <param name="Second">A squared gradient's share of theirs.</param>
/// <param name="KeptSecond">What stays of it.</param>
/// <param name="RootCorrection">What the squares' root is divided by.</param>
/// <param name="Epsilon">What is added then.</param>
/// <param name="StepSize">The learning rate over the mean's correction.</param>
internal sealed record AdamWRates(float Kept, float First, float Second, float KeptSecond, float RootCorrection, float Epsilon, float StepSize);
