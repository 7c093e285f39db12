using MaskUNet.Checkpoints;
using MaskUNet.Tests.TestSupport;

namespace MaskUNet.Tests.Checkpoints;

public class ShardedFileTests
{
    public static IEnumerable<object[]> Cases => FileCase.Paths("safetensors-index");

    public static IEnumerable<object[]> PipelineIndexes => Fixtures.Has("pipelines")
        ? Directory.GetFiles(Fixtures.Path("pipelines"), "*.index.json", SearchOption.AllDirectories)
            .Select(path => new object[] { Path.GetRelativePath(Fixtures.Root, path) })
        : [];

    [FixtureTheory("files")]
    [MemberData(nameof(Cases))]
    public void Each_recorded_index_loads_bit_for_bit_or_is_refused_by_name(string path) => FileCase.At(path).Check(at => new ShardedFile(at));

    [FixtureTheory("pipelines")]
    [MemberData(nameof(PipelineIndexes))]
    public void A_sharded_model_holds_every_tensor_of_its_shards(string path)
    {
        var folder = Path.GetDirectoryName(Fixtures.Path(path))!;
        using var sharded = new ShardedFile(Fixtures.Path(path));
        var shards = Directory.GetFiles(folder, "*.safetensors").Select(shard => new RecordedTensors(shard)).ToList();
        sharded.Entries.Keys.Should().BeEquivalentTo(shards.SelectMany(shard => shard.Names));
        foreach (var shard in shards)
        {
            foreach (var name in shard.Names)
            {
                using var truth = shard[name];
                using var ours = sharded.Read(name);
                ours.ShouldEqualBitForBit(truth, name);
            }
        }
    }

    [FixtureTheory("files")]
    [InlineData("pytorch_model.bin.index.json")]
    [InlineData("pytorch_model.bin.index.fp16.json")]
    public void An_index_of_PyTorch_shards_loads_too_under_the_name_of_a_variant_as_well(string index)
    {
        using var folder = new TemporaryFolder();
        var source = FileCase.Paths("pytorch", "ok").Select(path => FileCase.At((string)path[0])).First(recorded => recorded["tensors"] is not null);
        File.Copy(source.Path, folder["pytorch_model-00001-of-00001.bin"]);
        File.WriteAllText(folder[index], System.Text.Json.JsonSerializer.Serialize(new
        {
            weight_map = source["tensors"]!.AsObject().ToDictionary(pair => pair.Key, _ => "pytorch_model-00001-of-00001.bin"),
        }));
        using var sharded = WeightFile.Open(folder[index]);
        foreach (var (name, recorded) in source["tensors"]!.AsObject())
        {
            using var ours = sharded.Read(name);
            FileCase.CheckTensor(recorded!, sharded.Entries[name], ours.bytes);
        }
    }
}
