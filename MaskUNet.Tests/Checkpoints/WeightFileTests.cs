using System.Text.Json.Nodes;
using MaskUNet.Checkpoints;
using MaskUNet.Tests.TestSupport;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Tests.Checkpoints;

public class WeightFileTests
{
    private static readonly IEnumerable<object[]> All =
        FileCase.Paths("safetensors").Concat(FileCase.Paths("pytorch")).Concat(FileCase.Paths("safetensors-index"));

    public static IEnumerable<object[]> Cases => All.Where(path => !IsForeign(path));

    public static IEnumerable<object[]> ForeignCases => All.Where(IsForeign);

    public static IEnumerable<object[]> GoodFiles => FileCase.Paths("safetensors", "ok").Concat(FileCase.Paths("pytorch", "ok"));

    public static IEnumerable<object[]> ReleasedFiles => Fixtures.Has("masks/released")
        ? Directory.GetFiles(Fixtures.Path("masks", "released"), "*.pth").Select(path => new object[] { Path.GetFileName(path) })
        : [];

    [FixtureTheory("files")]
    [MemberData(nameof(Cases))]
    public void The_format_is_found_by_the_content(string path) => FileCase.At(path).Check(at => WeightFile.Open(at));

    [FixtureTheory("files")]
    [MemberData(nameof(ForeignCases))]
    public void A_checkpoint_under_the_name_of_another_format_opens_as_what_it_is_and_anything_else_is_named(string path)
    {
        var recorded = FileCase.At(path);
        try
        {
            using var file = WeightFile.Open(recorded.Path);
            file.Should().NotBeOfType(recorded.Format == "pytorch" ? typeof(PyTorchFile) : typeof(SafetensorsFile));
            file.Entries.Should().NotBeEmpty();
        }
        catch (CheckpointException e)
        {
            recorded.CheckMessage(e.Message);
        }
    }

    [FixtureTheory("files")]
    [MemberData(nameof(GoodFiles))]
    public void The_name_of_the_file_does_not_matter(string path)
    {
        using var folder = new TemporaryFolder();
        File.Copy(FileCase.At(path).Path, folder["model.weights"]);
        using var named = WeightFile.Open(FileCase.At(path).Path);
        using var renamed = WeightFile.Open(folder["model.weights"]);
        renamed.Should().BeOfType(named.GetType());
        renamed.Entries.Keys.Should().Equal(named.Entries.Keys);
    }

    [FixtureTheory("masks/released")]
    [MemberData(nameof(ReleasedFiles))]
    public void Released_mask_weights_load_in_every_layout(string name)
    {
        var recorded = Fixtures.Json("masks", "released", "contents.json")["tensors"]!.AsObject();
        using var file = WeightFile.Open(Fixtures.Path("masks", "released", name));
        file.Entries.Should().NotBeEmpty();
        var tolerance = file.Entries.Values.All(entry => entry.StoredType == StoredType.F16) ? 1e-3 : 1e-6;
        foreach (var key in file.Entries.Keys)
        {
            var truth = recorded.Single(pair => pair.Key.EndsWith("." + key, StringComparison.Ordinal) && pair.Key.Split('.')[0] == Kind(name)).Value!;
            CheckStatistics(file, key, truth, tolerance);
        }
    }

    [FixtureFact("pipelines")]
    public void PyTorch_layouts_of_a_pipeline_hold_what_their_safetensors_twins_hold()
    {
        var files = Directory.GetFiles(Fixtures.Path("pipelines"), "*", SearchOption.AllDirectories)
            .Where(path => Path.GetExtension(path) is ".bin" or ".ckpt")
            .ToList();
        files.Should().NotBeEmpty();
        foreach (var path in files)
        {
            using var ours = WeightFile.Open(path);
            using var twin = WeightFile.Open(Twin(path));
            twin.Entries.Keys.Should().BeSubsetOf(ours.Entries.Keys, path);
            foreach (var (name, entry) in twin.Entries)
            {
                using var scope = NewDisposeScope();
                ours.Read(name, entry.Shape, ScalarType.Float16, CPU)
                    .ShouldEqualBitForBit(twin.Read(name, entry.Shape, ScalarType.Float16, CPU), $"{path}: {name}");
            }
        }
    }

    [Fact]
    public void A_missing_file_and_a_folder_are_named()
    {
        using var folder = new TemporaryFolder();
        FluentActions.Invoking(() => WeightFile.Open(folder["none.ckpt"])).Should().Throw<CheckpointException>().WithMessage("*none.ckpt*no such file*");
        FluentActions.Invoking(() => WeightFile.Open(folder[""])).Should().Throw<CheckpointException>().WithMessage("*folder*");
    }

    [Fact]
    public void A_missing_tensor_or_another_shape_is_named()
    {
        using var folder = new TemporaryFolder();
        using var scope = NewDisposeScope();
        SafetensorsWriter.Write(folder["x"], new Dictionary<string, Tensor> { ["weight"] = ones(2, 3) });
        var file = WeightFile.Open(folder["x"]);
        FluentActions.Invoking(() => file.Read("bias")).Should().Throw<CheckpointException>().WithMessage("*'bias'*");
        FluentActions.Invoking(() => file.Read("weight", [3, 2], ScalarType.Float32, CPU))
            .Should().Throw<CheckpointException>().WithMessage("*weight*[2, 3]*[3, 2]*");
        file.Dispose();
        FluentActions.Invoking(() => file.Read("weight")).Should().Throw<CheckpointException>().WithMessage("*closed*");
    }

    private static bool IsForeign(object[] path) => (string?)FileCase.At((string)path[0])["kind"] == "not_this_format";

    private static string Kind(string file) => file.StartsWith("mask_generators", StringComparison.Ordinal) ? "mask_generators" : "adapters";

    private static string Twin(string path)
    {
        var beside = Path.ChangeExtension(path, ".safetensors");
        return File.Exists(beside)
            ? beside
            : Path.Combine(Path.GetDirectoryName(path)!.Replace("-variants", "", StringComparison.Ordinal), "model.safetensors");
    }

    private static void CheckStatistics(WeightFile file, string key, JsonNode truth, double tolerance)
    {
        using var scope = NewDisposeScope();
        var entry = file.Entries[key];
        entry.Shape.Should().Equal(truth["shape"]!.AsArray().Select(size => (long)size!), key);
        var values = file.Read(key, entry.Shape, ScalarType.Float64, CPU);
        var norm = (double)truth["norm"]!;
        values.norm().item<double>().Should().BeApproximately(norm, tolerance * norm, key);
        values.sum().item<double>().Should().BeApproximately((double)truth["sum"]!, tolerance * norm * Math.Sqrt(entry.Count), key);
        values.reshape(-1).data<double>().Take(3).Should().Equal(
            truth["first"]!.AsArray().Take(3).Select(value => (double)value!),
            (ours, recorded) => Math.Abs(ours - recorded) <= tolerance * Math.Max(1, norm));
    }
}
