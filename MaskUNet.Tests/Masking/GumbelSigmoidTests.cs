using System.Globalization;
using MaskUNet.Masking;
using MaskUNet.Tests.TestSupport;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Tests.Masking;

[LeavesNoTensors]
public class GumbelSigmoidTests
{
    private const string Area = RecordedMaskModel.Area;

    private static readonly Lazy<RecordedTensors> Recorded = new(() => new RecordedTensors(Area, "gumbel.safetensors"));

    public static IEnumerable<object[]> Soft => Names("/soft");

    public static IEnumerable<object[]> Hard => Names("/hard");

    public static IEnumerable<object[]> Rows => Fixtures.Has(Area)
        ? Enumerable.Range(0, Fixtures.Json(Area, "statistics.json")["rows"]!.AsArray().Count).Select(row => new object[] { row })
        : [];

    [FixtureTheory(Area)]
    [MemberData(nameof(Soft))]
    public void Soft_masks_and_their_gradients_are_the_recorded_ones(string name)
    {
        using var scope = NewDisposeScope();
        var (mask, gradient) = MaskAndGradient(name, Of(name) with { Hard = false });
        mask.ShouldMatch(Recorded.Value[name + "/soft"], Tolerance, name);
        gradient.ShouldMatch(Recorded.Value[name + "/grad"], Tolerance, name);
    }

    [FixtureTheory(Area)]
    [MemberData(nameof(Hard))]
    public void Hard_masks_are_the_recorded_ones_bit_for_bit_with_the_gradient_of_the_soft_ones(string name)
    {
        using var scope = NewDisposeScope();
        var (mask, gradient) = MaskAndGradient(name, Of(name));
        var truth = RecordedMaskModel.Unpack(Recorded.Value[name + "/hard"], mask.numel());
        mask.data<float>().Should().Equal(truth.Select(kept => kept ? 1f : 0f));
        gradient.ShouldMatch(Recorded.Value[name[..name.LastIndexOf('/')] + "/grad"], Tolerance, name);

        using var without = no_grad();
        Of(name).Apply(Recorded.Value["logits"], Gumbel(name)).data<bool>().Should().Equal(truth);
    }

    [FixtureTheory(Area)]
    [MemberData(nameof(Rows))]
    public void As_many_weights_are_kept_as_recorded_and_as_the_formula_says(int row)
    {
        using var scope = NewDisposeScope();
        using var without = no_grad();
        var index = Fixtures.Json(Area, "statistics.json");
        var recorded = index["rows"]![row]!;
        var sigmoid = new GumbelSigmoid { Temperature = (double)recorded["tau"]!, Threshold = (double)recorded["threshold"]! };
        var count = (long)recorded["of"]!;
        var side = (long)Math.Sqrt(count);
        var logits = full([side, side], (double)recorded["logit"]!);
        using var noise = new PyTorchMaskNoise((long)index["seed"]!);
        var kept = sigmoid.Draw(logits, noise, new MaskDraw(0, "layer")).sum().item<long>();
        var room = (double)recorded["smallest_distance_to_threshold"]! < 1e-6 ? 3 : 0;
        ((double)kept).Should().BeApproximately((double)recorded["kept"]!, room);
        sigmoid.KeepProbability((double)recorded["logit"]!).Should().BeApproximately((double)recorded["expected"]!, 1e-9);
        (sigmoid with { Noise = GumbelNoise.Logistic }).KeepProbability((double)recorded["logit"]!).Should().BeApproximately((double)recorded["logistic_would_be"]!, 1e-9);

        using var counted = new CounterMaskNoise((long)index["seed"]!);
        foreach (var kind in Enum.GetValues<GumbelNoise>())
        {
            var expected = (sigmoid with { Noise = kind }).KeepProbability((double)recorded["logit"]!);
            var deviation = Math.Sqrt(expected * (1 - expected) * count);
            ((double)(sigmoid with { Noise = kind }).Draw(logits, counted, new MaskDraw(0, "layer")).sum().item<long>())
                .Should().BeApproximately(expected * count, (4 * deviation) + 1, $"{kind} noise by counting");
        }
    }

    [FixtureFact(Area)]
    public void Half_precision_logits_give_masks_of_zeros_and_ones_in_their_own_type()
    {
        using var scope = NewDisposeScope();
        var logits = Recorded.Value["logits"].to(float16).requires_grad_();
        using var noise = new CounterMaskNoise(1);
        var mask = new GumbelSigmoid().Draw(logits, noise, new MaskDraw(0, "layer"));
        mask.dtype.Should().Be(float16);
        mask.to(float32).data<float>().Should().OnlyContain(value => value == 0 || value == 1);
    }

    [Theory]
    [InlineData(0, 0.5)]
    [InlineData(double.NaN, 0.5)]
    [InlineData(1, 0)]
    [InlineData(1, 1)]
    public void Values_out_of_range_are_refused(double temperature, double threshold) =>
        new GumbelSigmoid { Temperature = temperature, Threshold = threshold }.Invoking(sigmoid => sigmoid.Validate())
            .Should().Throw<InvalidOptionException>().WithMessage("*the Gumbel-Sigmoid*must be*");

    private static double Tolerance => (double)Fixtures.Json(Area, "gumbel.json")["float32_error"]!["tolerance"]!;

    private static IEnumerable<object[]> Names(string ending) => Fixtures.Has(Area)
        ? Recorded.Value.Names.Where(name => name.EndsWith(ending, StringComparison.Ordinal)).Select(name => new object[] { name[..^ending.Length] })
        : [];

    // single/tau0.5/thr0.3
    private static GumbelSigmoid Of(string name)
    {
        var parts = name.Split('/');
        return new GumbelSigmoid
        {
            Noise = parts[0] == "single" ? GumbelNoise.SingleSided : GumbelNoise.Logistic,
            Temperature = double.Parse(parts[1]["tau".Length..], CultureInfo.InvariantCulture),
            Threshold = parts.Length > 2 ? double.Parse(parts[2]["thr".Length..], CultureInfo.InvariantCulture) : 0.5,
        };
    }

    private static (Tensor Mask, Tensor Gradient) MaskAndGradient(string name, GumbelSigmoid sigmoid)
    {
        sigmoid.Validate();
        var logits = Recorded.Value["logits"].requires_grad_();
        var mask = sigmoid.Apply(logits, Gumbel(name));
        (mask * Recorded.Value["cotangent"]).sum().backward();
        return (mask.detach(), logits.grad!);
    }

    private static Tensor Gumbel(string name)
    {
        if (name.StartsWith("logistic_u", StringComparison.Ordinal))
        {
            var uniform = Recorded.Value["uniform"];
            return uniform.log() - (1 - uniform).log();
        }

        using var noise = new RecordedNoise(draw => Recorded.Value[draw.Part == 0 ? "exponential" : "exponential2"]);
        return Of(name).DrawNoise(Recorded.Value["logits"], noise, new MaskDraw(0, "layer"));
    }
}
