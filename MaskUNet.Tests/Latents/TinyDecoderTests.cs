using System.Globalization;
using MaskUNet.Checkpoints;
using MaskUNet.Latents;
using MaskUNet.Tests.TestSupport;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Tests.Latents;

[LeavesNoTensors]
public class TinyDecoderTests
{
    private const string Area = "adapters";
    private const double Tolerance = 1e-4; // the area's README

    [FixtureFact(Area)]
    public void Pictures_and_gradients_are_the_recorded_ones()
    {
        using var scope = NewDisposeScope();
        var recorded = new RecordedTensors(Area, "taesd", "taesd.safetensors");
        using var single = new TinyDecoder(new FormulaWeights());
        single.Decode(recorded["latents"]).ShouldMatch(recorded["decoded"], Tolerance, "decoded");

        // In the recording's own type: a ReLU's input that is 0 but for rounding would be decided either way, and its whole gradient with it.
        using var decoder = new TinyDecoder(new FormulaWeights(), ScalarType.Float64);
        var latents = recorded["latents"].to(float64).requires_grad_();
        using var recording = enable_grad();
        var decoded = decoder.Decode(latents);
        decoded.ShouldMatch(recorded["decoded"], Tolerance, "decoded in float64");
        (decoded * recorded["cotangent_image"]).sum().backward();
        latents.grad!.ShouldMatch(recorded["grad_latents"], Tolerance, "gradient");
    }

    [FixtureFact(Area)]
    public void A_picture_of_full_size_is_the_recorded_one()
    {
        using var scope = NewDisposeScope();
        var recorded = new RecordedTensors(Area, "taesd", "taesd.safetensors");
        using var decoder = new TinyDecoder(new FormulaWeights());
        var decoded = decoder.Decode(recorded["latents_64"]);
        var parts = recorded.Names.Where(name => name.StartsWith("decoded", StringComparison.Ordinal) && name.Contains('[', StringComparison.Ordinal)).ToList();
        parts.Should().NotBeEmpty();
        foreach (var part in parts)
        {
            decoded[Indices(part[(part.IndexOf('[', StringComparison.Ordinal) + 1)..^1])].ShouldMatch(recorded[part], Tolerance, part);
        }
    }

    // 0,:,::16,200:208
    private static TensorIndex[] Indices(string slice) =>
    [
        .. slice.Split(',').Select(part => part.Split(':').Select(number => number.Length > 0 ? (long?)long.Parse(number, CultureInfo.InvariantCulture) : null).ToArray() switch
        {
            [{ } index] => TensorIndex.Single(index),
            [var first, var end] => TensorIndex.Slice(first, end),
            [var first, var end, var step] => TensorIndex.Slice(first, end, step),
            var other => throw new NotSupportedException($"{other.Length} numbers in {part}"),
        }),
    ];

    [FixtureTheory("keys")]
    [InlineData(true)]
    [InlineData(false)]
    public void Files_in_both_layouts_are_read_and_give_the_same_picture(bool original)
    {
        using var folder = new TemporaryFolder();
        using var scope = NewDisposeScope();
        var keys = Fixtures.Json("keys", "taesd.json")["keys"]!.AsArray().ToDictionary(key => (string)key![0]!, key => key![1]!.AsArray().Select(size => (long)size!).ToArray());
        var pairs = Fixtures.Json("keys", "taesd-from-original.json")["pairs"]!.AsArray()
            .Where(pair => ((string)pair![1]!).StartsWith("decoder.", StringComparison.Ordinal)).ToDictionary(pair => (string)pair![1]!, pair => (string)pair![0]!);
        var stored = keys.Where(key => !original || pairs.ContainsKey(key.Key)).ToDictionary(
            key => original ? pairs[key.Key] : key.Key, key => new FormulaWeights().Read(key.Key, key.Value, ScalarType.Float32, CPU));
        var path = folder["diffusion_pytorch_model.safetensors"];
        SafetensorsWriter.Write(path, stored);
        using var read = TinyDecoder.Load(original ? path : folder.Path);
        using var direct = new TinyDecoder(new FormulaWeights());
        var latents = randn([1, 4, 3, 5], generator: new Generator(1));
        read.Decode(latents).ShouldEqualBitForBit(direct.Decode(latents), "picture");
        (read.ScalingFactor, read.DownscaleFactor).Should().Be((1.0, 8));
    }

    [Fact]
    public void Another_models_file_and_latents_of_another_shape_are_refused()
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        SafetensorsWriter.Write(folder["model.safetensors"], new Dictionary<string, Tensor> { ["decoder.conv_in.weight"] = ones(2, 2) });
        FluentActions.Invoking(() => TinyDecoder.Load(folder["model.safetensors"])).Should().Throw<CheckpointException>().WithMessage("*TAESD*decoder.conv_in.weight*");
        using var decoder = new TinyDecoder(new FormulaWeights());
        decoder.Invoking(d => d.Decode(zeros(1, 3, 2, 2))).Should().Throw<InvalidOptionException>().WithMessage("*[1, 3, 2, 2]*[B, 4, h, w]*");
    }
}
