using System.Text.Json.Nodes;
using MaskUNet.Images;
using MaskUNet.Rewards;
using MaskUNet.Tests.TestSupport;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Tests.Images;

[LeavesNoTensors]
public class TensorResizeTests
{
    private const string Json = "tensor_resize.json";

    // The recorded truth is float64 rounded to float32.
    private const double Float64Tolerance = 1e-6;

    public static IEnumerable<object[]> Runs() => !Fixtures.Has("rewards") ? [] :
        from one in Facts["cases"]!.AsArray()
        from type in (ScalarType[])[ScalarType.Float32, ScalarType.Float64]
        select new object[] { (string)one!["name"]!, type };

    private static JsonNode Facts => Fixtures.Json("rewards", "resize", Json);

    [FixtureTheory("rewards")]
    [MemberData(nameof(Runs))]
    public void Values_and_gradients_are_PyTorch_s_antialiased_ones(string name, ScalarType type)
    {
        using var scope = NewDisposeScope();
        var (facts, recorded) = (Facts, new RecordedTensors("rewards", "resize", Path.ChangeExtension(Json, ".safetensors")));
        var one = facts["cases"]!.AsArray().Single(one => (string)one!["name"]! == name)!;
        var tolerance = type == ScalarType.Float64 ? Float64Tolerance : (double)facts["tolerance"]!;
        var input = Formula(one["input"]!, type).requires_grad_();
        var (height, width) = Axes(one, (int)input.shape[2], (int)input.shape[3]);

        var resized = TensorResize.Apply(input, height, width, ResizeFilter.Bicubic);
        (resized * Formula(one["upstream"]!, type)).sum().backward();

        resized.dtype.Should().Be(type);
        Check(resized, "output");
        Check(input.grad!, "grad");

        void Check(Tensor ours, string what)
        {
            ours.Slice((string?)one[$"{what}_slice"]).ShouldMatch(recorded[$"{name}/{what}"], tolerance, what);
            var norm = (double)one[what]!["norm"]!;
            ours.to(float64).norm().item<double>().Should().BeApproximately(norm, tolerance * norm, "all of it counts, not the slice only");
        }
    }

    [Fact]
    public void A_crop_keeps_the_pixels_of_the_whole()
    {
        using var scope = NewDisposeScope();
        var image = FormulaWeights.InputTensor("crop", 2, 3, 11, 30);

        var whole = TensorResize.Apply(image, new ResizeAxis(11, 7), new ResizeAxis(30, 40), ResizeFilter.Lanczos);
        var part = TensorResize.Apply(image, new ResizeAxis(11, 7, 2, 3), new ResizeAxis(30, 40, 5, 20), ResizeFilter.Lanczos);

        part.ShouldMatch(whole.narrow(2, 2, 3).narrow(3, 5, 20), 1e-6, "crop");
    }

    private static (ResizeAxis Height, ResizeAxis Width) Axes(JsonNode one, int height, int width) => (string)one["mode"]! == "size"
        ? (new ResizeAxis(height, (int)one["target"]![0]!), new ResizeAxis(width, (int)one["target"]![1]!))
        : CentreCrop.Axes(height, width, (int)one["target"]!, CropRounding.HalfToEven);

    private static Tensor Formula(JsonNode input, ScalarType type)
    {
        long[] shape = [.. input["shape"]!.AsArray().Select(size => (long)size!)];
        var values = FormulaWeights.Input((string)input["formula_name"]!, shape.Aggregate(1L, (a, b) => a * b), Bound(input["low"]!), Bound(input["high"]!));
        return tensor(values).reshape(shape).to(type);
    }

    // Null stands for the formula's own bounds, the roots of 3.
    private static double? Bound(JsonNode bound) => bound.GetValueKind() == System.Text.Json.JsonValueKind.String ? null : (double)bound;
}
