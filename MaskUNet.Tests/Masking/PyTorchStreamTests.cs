using System.Globalization;
using MaskUNet.Tests.TestSupport;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Tests.Masking;

/// <summary>TorchSharp's CPU generator draws what PyTorch's does: the ground on which seeds stand.</summary>
[LeavesNoTensors]
public class PyTorchStreamTests
{
    private const string Area = RecordedMaskModel.Area;

    private static readonly Lazy<RecordedTensors> Recorded = new(() => new RecordedTensors(Area, "rng.safetensors"));

    private static readonly Dictionary<string, Func<long[], ScalarType, Generator, Tensor>> Draws = new()
    {
        ["randn"] = (shape, type, generator) => randn(shape, type, generator: generator),
        ["rand"] = (shape, type, generator) => rand(shape, type, generator: generator),
        ["exponential"] = (shape, type, generator) => empty(shape, type).exponential_(generator: generator),
    };

    public static IEnumerable<object[]> Cases => Fixtures.Has(Area)
        ? Fixtures.Json(Area, "rng.json")["sums"]!.AsObject().Select(sum => new object[] { sum.Key })
        : [];

    public static IEnumerable<object[]> Sequences => Fixtures.Has(Area)
        ? Recorded.Value.Names.Where(name => name.StartsWith("sequence/", StringComparison.Ordinal)).Select(name => name.Split('/')[1]).Distinct().Select(seed => new object[] { seed })
        : [];

    [FixtureTheory(Area)]
    [MemberData(nameof(Cases))]
    public void A_seed_gives_the_recorded_numbers(string name)
    {
        using var scope = NewDisposeScope();
        var (kind, seed, count, type) = name.Split('/') is [var k, var s, var n, var t] ? (k, s, Number(n), t == "f64" ? float64 : float32) : throw new FormatException(name);
        using var generator = new Generator((ulong)Number(seed), CPU);
        var drawn = Draws[kind]([count], type, generator);
        var (first, last) = (Recorded.Value[name + "/first"], Recorded.Value[name + "/last"]);
        ShouldBeWithinAUnit(drawn[..(int)first.numel()], first, name);
        ShouldBeWithinAUnit(drawn[^(int)last.numel()..], last, name);
        var (sum, recorded) = (drawn.to(float64).sum().item<double>(), (double)Fixtures.Json(Area, "rng.json")["sums"]![name]!);
        sum.Should().BeApproximately(recorded, drawn.to(float64).abs().sum().item<double>() * 1e-7);
    }

    [FixtureTheory(Area)]
    [MemberData(nameof(Sequences))]
    public void Draws_of_many_kinds_from_one_seed_follow_each_other_as_recorded(string seed)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator((ulong)Number(seed), CPU);
        var names = Recorded.Value.Names.Where(name => name.StartsWith($"sequence/{seed}/", StringComparison.Ordinal)).Order(StringComparer.Ordinal).ToList();
        names.Should().NotBeEmpty();
        foreach (var name in names)
        {
            var truth = Recorded.Value[name];
            var kind = name.Split('/')[2][3..];
            var drawn = kind switch
            {
                _ when kind.StartsWith("randn", StringComparison.Ordinal) => randn(truth.shape, generator: generator),
                _ when kind.StartsWith("randint", StringComparison.Ordinal) => randint(0, 1000, truth.shape, ScalarType.Int64, generator: generator),
                _ when kind.StartsWith("randperm", StringComparison.Ordinal) => randperm(truth.numel(), ScalarType.Int64, generator: generator),
                _ when kind.StartsWith("rand", StringComparison.Ordinal) => rand(truth.shape, generator: generator),
                _ when kind.StartsWith("exponential", StringComparison.Ordinal) => empty(truth.shape).exponential_(generator: generator),
                _ when kind.StartsWith("bernoulli", StringComparison.Ordinal) =>
                    empty(truth.shape).bernoulli_(double.Parse(kind["bernoulli".Length..], CultureInfo.InvariantCulture), generator),
                _ when kind.StartsWith("normal", StringComparison.Ordinal) => empty(truth.shape).normal_(2, 0.5, generator),
                _ => throw new NotSupportedException(name),
            };
            ShouldBeWithinAUnit(drawn, truth, name);
        }
    }

    // Equal bits where both use the same mathematical library; one unit in the last place otherwise.
    private static void ShouldBeWithinAUnit(Tensor ours, Tensor truth, string what)
    {
        ours.dtype.Should().Be(truth.dtype, what);
        if (truth.dtype == ScalarType.Float64)
        {
            ours.data<double>().Zip(truth.data<double>()).Should().OnlyContain(pair => Math.Abs(pair.First - pair.Second) <= Math.BitIncrement(Math.Abs(pair.Second)) - Math.Abs(pair.Second), what);
        }
        else if (truth.dtype == ScalarType.Float32)
        {
            ours.data<float>().Zip(truth.data<float>()).Should().OnlyContain(pair => Math.Abs(pair.First - pair.Second) <= MathF.BitIncrement(Math.Abs(pair.Second)) - Math.Abs(pair.Second), what);
        }
        else
        {
            ours.ShouldEqualBitForBit(truth, what);
        }
    }

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);
}
