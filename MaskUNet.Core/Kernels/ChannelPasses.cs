using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Kernels;

/// <summary>
/// The passes of a group normalisation over the pixels of a picture, whose channels lie side by side. Sums are made of some pixels at a time in float32, and
/// of those in float64, so that they are the same on any number of threads.
/// </summary>
internal static unsafe class ChannelPasses
{
    private const int Lanes = 8;
    private const long Many = 1 << 18; // numbers; of fewer, the combining of sums and a call from native code cost more than the passes save
    private const long Chunk = 1 << 15; // numbers that one thread takes in a row, few enough for the second cache

    /// <summary>Whether the processor has the vectors for it, and it knows such pictures: float32 in the CPU's memory, channels-last, of channels that fill vectors.</summary>
    /// <param name="picture">[1, C, H, W]; of more pictures each must be given alone.</param>
    public static bool Fits(Tensor picture)
    {
        if (!NarrowLanes.AreSupported || picture.device_type != DeviceType.CPU || picture.dtype != ScalarType.Float32 || picture.shape[1] % Lanes != 0)
        {
            return false;
        }

        var (channels, width, strides) = (picture.shape[1], picture.shape[3], picture.stride());
        return strides[1] == 1 && strides[2] == width * channels && strides[3] == channels;
    }

    /// <summary>Whether it knows them, and they are so large that it is faster than libtorch's own.</summary>
    /// <param name="pictures">[B, C, H, W].</param>
    public static bool Pays(Tensor pictures) => pictures.numel() >= Many && Fits(pictures);

    /// <summary>Each channel's mean and variance.</summary>
    /// <param name="picture">[1, C, H, W].</param>
    /// <returns>Two of [C], float64.</returns>
    public static (Tensor Mean, Tensor Variance) Moments(Tensor picture)
    {
        var pixels = new Pixels(picture);
        var from = (float*)TensorAddress.Of(picture);
        var sums = Gather(pixels, (begin, end, mean, square) => Moments(from, pixels.Channels, begin, end, mean, square));
        var (means, variances) = (new double[pixels.Channels], new double[pixels.Channels]);
        pixels.ForChunks((chunk, count) =>
        {
            for (var c = 0; c < means.Length; c++)
            {
                means[c] += (double)sums[chunk, 0, c] * count / pixels.Count;
            }
        });
        pixels.ForChunks((chunk, count) =>
        {
            for (var c = 0; c < means.Length; c++)
            {
                var distance = sums[chunk, 0, c] - means[c];
                variances[c] += ((distance * distance * count) + sums[chunk, 1, c]) / pixels.Count;
            }
        });
        return (tensor(means), tensor(variances));
    }

    /// <summary>factor * x + summand, optionally followed by SiLU.</summary>
    /// <param name="picture">x, [1, C, H, W].</param>
    /// <param name="affine">Two of [1, C, 1, 1], float32.</param>
    /// <param name="silu">Whether SiLU follows.</param>
    /// <param name="result">Where it goes, laid out likewise.</param>
    public static void Normalise(Tensor picture, (Tensor Factor, Tensor Summand) affine, bool silu, Tensor result)
    {
        var pixels = new Pixels(picture);
        var (from, to, factor, summand) = (TensorAddress.Of(picture), TensorAddress.Of(result), TensorAddress.Of(affine.Factor), TensorAddress.Of(affine.Summand));
        pixels.Run((begin, end) => Normalise((float*)from, (float*)factor, (float*)summand, silu, (float*)to, pixels.Channels, begin, end));
    }

    /// <summary>The same of some pixels.</summary>
    /// <param name="from">x, [pixels, C].</param>
    /// <param name="factor">[C].</param>
    /// <param name="summand">[C].</param>
    /// <param name="silu">Whether SiLU follows.</param>
    /// <param name="to">Where it goes, [pixels, C].</param>
    /// <param name="channels">C.</param>
    /// <param name="begin">The first pixel.</param>
    /// <param name="end">Where they end.</param>
    public static void Normalise(float* from, float* factor, float* summand, bool silu, float* to, int channels, long begin, long end)
    {
        for (var pixel = begin; pixel < end; pixel++)
        {
            var x = from + (pixel * channels);
            var y = to + (pixel * channels);
            for (var c = 0; c < channels; c += Lanes)
            {
                var n = Vector256.FusedMultiplyAdd(Vector256.Load(x + c), Vector256.Load(factor + c), Vector256.Load(summand + c));
                (silu ? n * Sigmoid(n) : n).Store(y + c);
            }
        }
    }

    /// <summary>The gradient by what SiLU was given, and each channel's sums of it and of its products with x - mean.</summary>
    /// <param name="above">The gradient by the result, [1, C, H, W]; it may be the result itself.</param>
    /// <param name="picture">x, likewise.</param>
    /// <param name="affine">As in the way forward.</param>
    /// <param name="mean">[1, C, 1, 1], float32.</param>
    /// <param name="silu">Whether SiLU followed.</param>
    /// <param name="result">Where the gradient goes, laid out likewise.</param>
    /// <returns>Two of [C], float64.</returns>
    public static (Tensor Sum, Tensor Moment) Slopes(Tensor above, Tensor picture, (Tensor Factor, Tensor Summand) affine, Tensor mean, bool silu, Tensor result)
    {
        var pixels = new Pixels(picture);
        var (higher, from, to) = (TensorAddress.Of(above), TensorAddress.Of(picture), TensorAddress.Of(result));
        var (factor, summand, middle) = (TensorAddress.Of(affine.Factor), TensorAddress.Of(affine.Summand), TensorAddress.Of(mean));
        var sums = Gather(pixels, (begin, end, first, second) => Slopes(
            (float*)higher, (float*)from, (float*)factor, (float*)summand, (float*)middle, silu, (float*)to, pixels.Channels, begin, end, first, second));
        var (sum, moment) = (new double[pixels.Channels], new double[pixels.Channels]);
        pixels.ForChunks((chunk, _) =>
        {
            for (var c = 0; c < sum.Length; c++)
            {
                sum[c] += sums[chunk, 0, c];
                moment[c] += sums[chunk, 1, c];
            }
        });
        return (tensor(sum), tensor(moment));
    }

    /// <summary>result * factor + x * linear + constant, in place.</summary>
    /// <param name="result">[1, C, H, W].</param>
    /// <param name="picture">x, likewise.</param>
    /// <param name="factor">[1, C, 1, 1], float32.</param>
    /// <param name="linear">Likewise.</param>
    /// <param name="constant">Likewise.</param>
    public static void Correct(Tensor result, Tensor picture, Tensor factor, Tensor linear, Tensor constant)
    {
        var pixels = new Pixels(picture);
        var (from, to) = (TensorAddress.Of(picture), TensorAddress.Of(result));
        var (f, l, c) = (TensorAddress.Of(factor), TensorAddress.Of(linear), TensorAddress.Of(constant));
        pixels.Run((begin, end) => Correct((float*)to, (float*)from, (float*)f, (float*)l, (float*)c, pixels.Channels, begin, end));
    }

    // Two numbers a channel of each chunk.
    private static float[,,] Gather(Pixels pixels, Work work)
    {
        var sums = new float[pixels.Chunks, 2, pixels.Channels];
        fixed (float* start = sums)
        {
            var to = (nint)start;
            pixels.Run((begin, end) =>
            {
                for (var first = begin; first < end; first += pixels.Length)
                {
                    var sum = (float*)to + (first / pixels.Length * 2 * pixels.Channels);
                    work(first, Math.Min(end, first + pixels.Length), sum, sum + pixels.Channels);
                }
            });
        }

        return sums;
    }

    private static void Moments(float* from, int channels, long begin, long end, float* mean, float* square)
    {
        for (var pixel = begin; pixel < end; pixel++)
        {
            var x = from + (pixel * channels);
            for (var c = 0; c < channels; c += Lanes)
            {
                (Vector256.Load(mean + c) + Vector256.Load(x + c)).Store(mean + c);
            }
        }

        for (var c = 0; c < channels; c += Lanes)
        {
            (Vector256.Load(mean + c) / (end - begin)).Store(mean + c);
        }

        for (var pixel = begin; pixel < end; pixel++)
        {
            var x = from + (pixel * channels);
            for (var c = 0; c < channels; c += Lanes)
            {
                var distance = Vector256.Load(x + c) - Vector256.Load(mean + c);
                Vector256.FusedMultiplyAdd(distance, distance, Vector256.Load(square + c)).Store(square + c);
            }
        }
    }

    private static void Slopes(
        float* above, float* from, float* factor, float* summand, float* mean, bool silu, float* to, int channels, long begin, long end, float* sum, float* moment)
    {
        for (var pixel = begin; pixel < end; pixel++)
        {
            var g = above + (pixel * channels);
            var x = from + (pixel * channels);
            var y = to + (pixel * channels);
            for (var c = 0; c < channels; c += Lanes)
            {
                var (value, slope) = (Vector256.Load(x + c), Vector256.Load(g + c));
                if (silu)
                {
                    var n = Vector256.FusedMultiplyAdd(value, Vector256.Load(factor + c), Vector256.Load(summand + c));
                    var share = Sigmoid(n);
                    slope *= share * Vector256.FusedMultiplyAdd(n, Vector256<float>.One - share, Vector256<float>.One);
                }

                slope.Store(y + c);
                (Vector256.Load(sum + c) + slope).Store(sum + c);
                Vector256.FusedMultiplyAdd(value - Vector256.Load(mean + c), slope, Vector256.Load(moment + c)).Store(moment + c);
            }
        }
    }

    private static void Correct(float* result, float* from, float* factor, float* linear, float* constant, int channels, long begin, long end)
    {
        for (var pixel = begin; pixel < end; pixel++)
        {
            var x = from + (pixel * channels);
            var y = result + (pixel * channels);
            for (var c = 0; c < channels; c += Lanes)
            {
                var rest = Vector256.FusedMultiplyAdd(Vector256.Load(x + c), Vector256.Load(linear + c), Vector256.Load(constant + c));
                Vector256.FusedMultiplyAdd(Vector256.Load(y + c), Vector256.Load(factor + c), rest).Store(y + c);
            }
        }
    }

    // Of a negative number by its own exponential, of a positive one by its opposite's, which never overflow.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Sigmoid(Vector256<float> value)
    {
        var odds = Exponential.OfNegative(new NarrowLanes(-Vector256.Abs(value))).Value;
        return Vector256.ConditionalSelect(Vector256.LessThan(value, Vector256<float>.Zero), odds, Vector256<float>.One) / (Vector256<float>.One + odds);
    }

    private delegate void Work(long begin, long end, float* first, float* second);

    private readonly record struct Pixels
    {
        public Pixels(Tensor picture)
        {
            (Channels, Count) = ((int)picture.shape[1], picture.shape[2] * picture.shape[3]);
            Length = Math.Max(1, Chunk / Channels);
        }

        public int Channels { get; }

        public long Count { get; }

        public long Length { get; }

        public long Chunks => (Count + Length - 1) / Length;

        public void Run(Action<long, long> work) => Stretches.Run(Count, work, Length);

        /// <summary>Tells each chunk's number, and how many pixels it has.</summary>
        public void ForChunks(Action<long, long> work)
        {
            for (var chunk = 0L; chunk < Chunks; chunk++)
            {
                work(chunk, Math.Min(Length, Count - (chunk * Length)));
            }
        }
    }
}
