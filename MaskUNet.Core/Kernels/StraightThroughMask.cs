using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Kernels;

/// <summary>
/// The hard masks of <see cref="HardMaskKernel"/> as numbers, with the gradient of the soft ones (straight-through). The noise is drawn again on the way
/// back: of the way forward the logits alone are kept, and each way passes by them once, where libtorch's operators pass a dozen times.
/// </summary>
internal sealed unsafe class StraightThroughMask : InputGradientFunction<StraightThroughMask, StraightThroughSettings>
{
    private const int Lanes = CountedNumbers.Lanes;

    /// <summary>Draws the masks.</summary>
    /// <param name="logits">S, such as <see cref="HardMaskKernel.Fits"/> says: one sample's, or the samples in front.</param>
    /// <param name="settings">How.</param>
    /// <returns>Ones and zeros, of the logits' shape and type.</returns>
    public static Tensor Apply(Tensor logits, StraightThroughSettings settings) => Record(settings, logits, null!, null);

    protected override Tensor Forward(autograd.AutogradContext ctx, StraightThroughSettings settings, Tensor input, Tensor weight, Tensor? bias)
    {
        ctx.save_for_backward([input]);
        var masks = empty(input.shape, ScalarType.Float32);
        using var scope = NewDisposeScope();
        var (from, to) = (TensorAddress.Of(input.contiguous()), TensorAddress.Of(masks));
        Run(settings, input.numel(), (key, sample, begin, end) => Fill((float*)(from + sample), (float*)(to + sample), begin, end, (float)settings.Bound, key));
        return masks;
    }

    protected override Tensor InputGradient(IReadOnlyList<Tensor> saved, StraightThroughSettings settings, Tensor gradient)
    {
        var logits = saved[0];
        if (Gradients.AreRecorded(logits, gradient))
        {
            // A derivative of the derivative was asked for: rare, so libtorch's operators will do.
            var noise = ExponentialKernel.Draw(logits.shape, settings.Keys).log_().neg_();
            var soft = ((logits + noise) / settings.Temperature).sigmoid();
            return gradient * soft * (1 - soft) / settings.Temperature;
        }

        var result = empty(logits.shape, ScalarType.Float32);
        var (from, above, to) = (TensorAddress.Of(logits.contiguous()), TensorAddress.Of(gradient.contiguous()), TensorAddress.Of(result));
        Run(settings, logits.numel(), (key, sample, begin, end) =>
            Back((float*)(from + sample), (float*)(above + sample), (float*)(to + sample), begin, end, (float)(1 / settings.Temperature), key));
        return result;
    }

    // Told a sample's key, where it begins in bytes, and a stretch of it.
    private static void Run(StraightThroughSettings settings, long numbers, Action<ulong, nint, long, long> work)
    {
        var count = numbers / settings.Keys.Count;
        for (var sample = 0; sample < settings.Keys.Count; sample++)
        {
            var (key, place) = (settings.Keys[sample], (nint)(sample * count * sizeof(float)));
            Stretches.Run(count, (from, to) => work(key, place, from, to));
        }
    }

    private static void Fill(float* logits, float* masks, long from, long to, float bound, ulong key)
    {
        var (state, stride) = (CountedNumbers.State(key, from), CountedNumbers.Stride);
        for (; from + Lanes <= to; from += Lanes, state += stride)
        {
            Hard(Vector256.Load(logits + from), state, bound).Store(masks + from);
        }

        if (from < to)
        {
            var rest = Rest(logits, from, to);
            Put(Hard(rest, state, bound), masks, from, to);
        }
    }

    private static void Back(float* logits, float* above, float* result, long from, long to, float rate, ulong key)
    {
        var (state, stride) = (CountedNumbers.State(key, from), CountedNumbers.Stride);
        for (; from + Lanes <= to; from += Lanes, state += stride)
        {
            (Vector256.Load(above + from) * Slope(Vector256.Load(logits + from), state, rate)).Store(result + from);
        }

        if (from < to)
        {
            Put(Rest(above, from, to) * Slope(Rest(logits, from, to), state, rate), result, from, to);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Hard(Vector256<float> logits, Vector256<ulong> state, float bound) =>
        (HardMaskKernel.Keep(logits, state, bound) & Vector256.Create(1f).AsInt32()).AsSingle();

    // Of m = sigma((S - log E) / tau), which is m (1 - m) / tau; the same for either sign, and e to the other overflows.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Slope(Vector256<float> logits, Vector256<ulong> state, float rate)
    {
        var exponential = -Vector256.Log(CountedNumbers.Uniform(state));
        var distance = Vector256.Abs((logits - Vector256.Log(exponential)) * rate);
        var odds = Exponential.OfNegative(new NarrowLanes(-distance)).Value;
        var whole = Vector256<float>.One + odds;
        return odds / (whole * whole) * rate;
    }

    private static Vector256<float> Rest(float* values, long from, long to)
    {
        var rest = stackalloc float[Lanes];
        new Span<float>(values + from, (int)(to - from)).CopyTo(new Span<float>(rest, Lanes));
        return Vector256.Load(rest);
    }

    private static void Put(Vector256<float> rest, float* values, long from, long to)
    {
        for (var i = 0; from + i < to; i++)
        {
            values[from + i] = rest[i];
        }
    }
}

/// <summary>How masks are drawn.</summary>
/// <param name="Bound">What a logit and its noise together must exceed.</param>
/// <param name="Temperature">tau, on which the gradient depends.</param>
/// <param name="Keys">What each sample's random numbers follow from.</param>
internal sealed record StraightThroughSettings(double Bound, double Temperature, IReadOnlyList<ulong> Keys);
