using MaskUNet.Checkpoints;
using MaskUNet.Tests.TestSupport;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Tests.Checkpoints;

public class SafetensorsFileTests
{
    public static IEnumerable<object[]> Cases => FileCase.Paths("safetensors");

    public static IEnumerable<object[]> SoundCases => FileCase.Paths("safetensors", "ok", "either");

    public static IEnumerable<object[]> GoodCases => FileCase.Paths("safetensors", "ok");

    [FixtureTheory("files")]
    [MemberData(nameof(Cases))]
    public void Each_recorded_file_loads_bit_for_bit_or_is_refused_by_name(string path)
    {
        var recorded = FileCase.At(path);
        recorded.Check(at => new SafetensorsFile(at), file =>
        {
            foreach (var (key, text) in recorded["metadata"]?.AsObject() ?? [])
            {
                ((SafetensorsFile)file).Metadata.Should().Contain(key, (string)text!);
            }
        });
    }

    [FixtureTheory("files")]
    [MemberData(nameof(SoundCases))]
    public void Types_that_no_tensor_has_are_still_listed_with_their_bytes(string path)
    {
        var recorded = FileCase.At(path);
        var tensors = recorded["tensors"]?.AsObject() ?? [];
        if (Opened(recorded) is not { } file)
        {
            return; // refusing it is one of the two right answers
        }

        using (file)
        {
            file.Entries.Should().HaveCountGreaterThanOrEqualTo(tensors.Count);
            foreach (var (key, tensor) in tensors)
            {
                FileCase.CheckTensor(tensor!, file.Entries[key], file.RawBytes(key));
            }
        }
    }

    [FixtureTheory("files")]
    [MemberData(nameof(GoodCases))]
    public void Reading_converts_as_the_tensor_library_does(string path)
    {
        using var file = new SafetensorsFile(FileCase.At(path).Path);
        using var scope = NewDisposeScope();
        foreach (var entry in file.Entries.Values.Where(entry => entry.DataType is { } type && !is_complex(type)))
        {
            var truth = file.Read(entry.Name);
            foreach (var type in (ScalarType[])[ScalarType.Float32, ScalarType.Float16, ScalarType.Float64])
            {
                file.Read(entry.Name, entry.Shape, type, CPU).ShouldEqualBitForBit(truth.to(type), $"{entry.Name} as {type}");
            }
        }
    }

    private static SafetensorsFile? Opened(FileCase recorded)
    {
        try
        {
            return new SafetensorsFile(recorded.Path);
        }
        catch (CheckpointException) when (recorded.Expect == "either")
        {
            return null;
        }
    }
}
