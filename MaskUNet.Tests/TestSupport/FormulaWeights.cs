using System.Runtime.InteropServices;
using System.Text;
using MaskUNet.Checkpoints;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Tests.TestSupport;

/// <summary>Weights that follow from their names and shapes: the rule of the fixtures' formula/README.md.</summary>
public sealed class FormulaWeights : IWeightSource
{
    public string Name => "formula weights";

    public IReadOnlyDictionary<string, TensorEntry>? Entries => null;

    public static float[] Weight(string name, IReadOnlyList<long> shape)
    {
        var count = shape.Aggregate(1L, (a, b) => a * b);
        if (shape.Count == 0)
        {
            return [4.6052f];
        }

        Func<double, double> scale = 0 switch
        {
            _ when shape.Count >= 2 => Scaled(Math.Sqrt(3.0 / (count / shape[0]))),
            _ when name.EndsWith("weight", StringComparison.Ordinal) || name.EndsWith("running_var", StringComparison.Ordinal) => u => 1 + (0.1 * ((2 * u) - 1)),
            _ when name.EndsWith("bias", StringComparison.Ordinal) || name.EndsWith("running_mean", StringComparison.Ordinal) => Scaled(0.02),
            _ => Scaled(0.5),
        };
        return Uniform(name, count, scale);
    }

    public static float[] Input(string name, long count, double? low = null, double? high = null)
    {
        double from = low ?? -Math.Sqrt(3), to = high ?? Math.Sqrt(3);
        return Uniform("input/" + name, count, u => from + ((to - from) * u));
    }

    public static Tensor InputTensor(string name, params long[] shape) =>
        tensor(Input(name, shape.Aggregate(1L, (a, b) => a * b))).reshape(shape);

    public static ulong Fnv1a64(string name)
    {
        var hash = 0xCBF29CE484222325UL;
        foreach (var b in Encoding.UTF8.GetBytes(name))
        {
            hash = unchecked((hash ^ b) * 0x100000001B3UL);
        }

        return hash;
    }

    public Tensor Read(string name, IReadOnlyList<long> shape, ScalarType dataType, Device device)
    {
        var values = Weight(name, shape);
        var made = empty([.. shape], float32);
        MemoryMarshal.Cast<float, byte>(values).CopyTo(made.bytes);
        return made.to(dataType).to(device);
    }

    private static Func<double, double> Scaled(double factor) => u => ((2 * u) - 1) * factor;

    private static float[] Uniform(string name, long count, Func<double, double> map)
    {
        var hash = Fnv1a64(name);
        var values = new float[count];
        Parallel.For(0, (int)((count + 65535) / 65536), chunk =>
        {
            var end = Math.Min(count, (chunk + 1) * 65536L);
            for (var i = chunk * 65536L; i < end; i++)
            {
                var z = unchecked(hash + (((ulong)i + 1) * 0x9E3779B97F4A7C15UL));
                z = unchecked((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9UL);
                z = unchecked((z ^ (z >> 27)) * 0x94D049BB133111EBUL);
                z ^= z >> 31;
                values[i] = (float)map((z >> 40) * (1.0 / 16777216));
            }
        });
        return values;
    }
}
