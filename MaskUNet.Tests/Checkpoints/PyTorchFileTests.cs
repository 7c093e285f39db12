using System.Globalization;
using System.Text.Json.Nodes;
using MaskUNet.Checkpoints;
using MaskUNet.Checkpoints.PyTorch;
using MaskUNet.Tests.TestSupport;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Tests.Checkpoints;

public class PyTorchFileTests
{
    public static IEnumerable<object[]> Cases => FileCase.Paths("pytorch");

    public static IEnumerable<object[]> GoodCases => FileCase.Paths("pytorch", "ok");

    public static IEnumerable<object[]> NestedCases =>
        GoodCases.Where(path => FileCase.At((string)path[0])["extras"] is not null || FileCase.At((string)path[0])["other_tensors"] is not null);

    [FixtureTheory("files")]
    [MemberData(nameof(Cases))]
    public void Each_recorded_file_loads_bit_for_bit_or_is_refused_by_name(string path)
    {
        var recorded = FileCase.At(path);
        recorded.Check(at => new PyTorchFile(at), file =>
        {
            List<JsonNode?> bare = recorded["tensor"] is { } tensor ? [tensor] : [.. recorded["tensor_list"]?.AsArray() ?? []];
            foreach (var (expected, entry) in bare.Zip(file.Entries.Values))
            {
                using var ours = file.Read(entry.Name);
                FileCase.CheckTensor(expected!, entry, ours.bytes);
            }

            file.Entries.Count.Should().BeGreaterThanOrEqualTo(bare.Count);
        });
    }

    [FixtureTheory("files")]
    [MemberData(nameof(GoodCases))]
    public void Reading_converts_as_the_tensor_library_does(string path)
    {
        using var file = new PyTorchFile(FileCase.At(path).Path);
        using var scope = NewDisposeScope();
        foreach (var entry in file.Entries.Values.Where(entry => entry.DataType is { } type && !is_complex(type)))
        {
            file.Read(entry.Name, entry.Shape, ScalarType.Float32, CPU).ShouldEqualBitForBit(file.Read(entry.Name).to(float32), entry.Name);
        }
    }

    [FixtureTheory("files")]
    [MemberData(nameof(NestedCases))]
    public void What_lies_beside_the_state_dict_is_kept_as_data(string path)
    {
        var recorded = FileCase.At(path);
        using var file = new PyTorchFile(recorded.Path, recorded.Under);
        file.Entries.Keys.Should().BeEquivalentTo(recorded["tensors"]!.AsObject().Select(pair => pair.Key));
        var top = (PickleDictionary)file.Content!;
        foreach (var (key, value) in recorded["extras"]?.AsObject() ?? [])
        {
            CheckValue(top[key], value, key);
        }

        foreach (var (where, tensor) in recorded["other_tensors"]?.AsObject() ?? [])
        {
            var slash = where.LastIndexOf('/');
            using var other = new PyTorchFile(recorded.Path, where[..slash]);
            using var read = other.Read(where[(slash + 1)..]);
            FileCase.CheckTensor(tensor!, other.Entries[where[(slash + 1)..]], read.bytes);
        }
    }

    [FixtureTheory("files")]
    [MemberData(nameof(NestedCases))]
    public void A_wrong_key_is_refused_and_the_right_ones_are_named(string path)
    {
        var recorded = FileCase.At(path);
        FluentActions.Invoking(() => new PyTorchFile(recorded.Path, "no such key")).Should().Throw<CheckpointException>()
            .WithMessage($"*no such key*{recorded.Under}*");
    }

    private static void CheckValue(object? ours, JsonNode? recorded, string what)
    {
        switch (recorded)
        {
            case JsonArray list:
                var items = ours is object?[] tuple ? tuple : [.. (List<object?>)ours!];
                items.Should().HaveCount(list.Count, what);
                foreach (var (item, expected) in items.Zip(list))
                {
                    CheckValue(item, expected, what);
                }

                break;
            case JsonObject nested:
                var dictionary = (PickleDictionary)ours!;
                dictionary.Count.Should().Be(nested.Count, what);
                foreach (var (key, value) in nested)
                {
                    CheckValue(dictionary[key], value, $"{what}/{key}");
                }

                break;
            case null:
                ours.Should().BeNull(what);
                break;
            default:
                Convert.ToString(ours, CultureInfo.InvariantCulture).Should().BeEquivalentTo(recorded.ToString(), what);
                break;
        }
    }
}
