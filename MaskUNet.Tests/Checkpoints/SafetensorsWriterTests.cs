using System.Collections;
using MaskUNet.Checkpoints;
using MaskUNet.Tests.TestSupport;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Tests.Checkpoints;

public sealed class SafetensorsWriterTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly DisposeScope scope = NewDisposeScope();

    public static IEnumerable<object[]> GoodCases => FileCase.Paths("safetensors", "ok");

    private string Target => folder["model.safetensors"];

    public void Dispose()
    {
        scope.Dispose();
        folder.Dispose();
    }

    [FixtureTheory("files")]
    [MemberData(nameof(GoodCases))]
    public void What_is_read_and_written_again_is_the_same(string path)
    {
        using var original = new SafetensorsFile(FileCase.At(path).Path);
        SafetensorsWriter.Write(Target, original.Entries.Keys.ToDictionary(name => name, original.Read), original.Metadata);
        using var copy = new SafetensorsFile(Target);
        copy.Metadata.Should().Equal(original.Metadata);
        copy.Entries.Keys.Should().BeEquivalentTo(original.Entries.Keys);
        foreach (var (name, entry) in original.Entries)
        {
            copy.Entries[name].Shape.Should().Equal(entry.Shape);
            copy.Entries[name].StoredType.Should().Be(entry.StoredType);
            copy.RawBytes(name).Should().Equal(original.RawBytes(name));
        }
    }

    [FixtureFact("pipelines")]
    public void A_model_is_laid_out_byte_for_byte_as_the_reference_does()
    {
        var models = Directory.GetFiles(Fixtures.Path("pipelines"), "*model.safetensors", SearchOption.AllDirectories);
        models.Should().NotBeEmpty();
        foreach (var model in models)
        {
            using var original = new SafetensorsFile(model);
            SafetensorsWriter.Write(Target, original.Entries.Keys.ToDictionary(name => name, original.Read), original.Metadata);
            File.ReadAllBytes(Target).AsSpan().SequenceEqual(File.ReadAllBytes(model)).Should().BeTrue(model);
        }
    }

    [Fact]
    public void A_path_that_no_file_can_have_is_named()
    {
        var write = () => SafetensorsWriter.Write(Target + "\0b", new Dictionary<string, Tensor> { ["x"] = ones(3) });

        write.Should().Throw<CheckpointException>().WithMessage("Cannot write the checkpoint*");
    }

    [Fact]
    public void A_shorter_file_replaces_a_longer_one_whole()
    {
        File.WriteAllBytes(Target, new byte[4096]);
        SafetensorsWriter.Write(Target, new Dictionary<string, Tensor> { ["x"] = ones(3) });
        using var file = new SafetensorsFile(Target);
        file.Read("x").ShouldEqualBitForBit(ones(3), "x");
        folder.Files.Should().Equal("model.safetensors");
    }

    [Fact]
    public void A_file_is_replaced_while_it_is_being_read()
    {
        SafetensorsWriter.Write(Target, new Dictionary<string, Tensor> { ["x"] = ones(3) });
        using var old = new SafetensorsFile(Target);
        SafetensorsWriter.Write(Target, new Dictionary<string, Tensor> { ["x"] = zeros(3) });
        using var replaced = new SafetensorsFile(Target);
        old.Read("x").ShouldEqualBitForBit(ones(3), "the file opened before");
        replaced.Read("x").ShouldEqualBitForBit(zeros(3), "the file opened afterwards");
    }

    [Fact]
    public void Views_are_written_as_what_they_show()
    {
        var grid = arange(24, float32).reshape(4, 6);
        var views = new Dictionary<string, Tensor>
        {
            ["transposed"] = grid.t(),
            ["part"] = grid.slice(1, 1, 6, 2),
            ["expanded"] = grid[0].unsqueeze(0).expand(3, 6),
            ["trained"] = grid.clone().requires_grad_(),
            ["scalar"] = tensor(7.5),
            ["empty"] = zeros(0, 3),
        };
        SafetensorsWriter.Write(Target, views);
        using var file = new SafetensorsFile(Target);
        foreach (var (name, view) in views)
        {
            file.Read(name).ShouldEqualBitForBit(view, name);
        }
    }

    [Fact]
    public void A_write_that_fails_midway_leaves_the_old_file_and_nothing_else()
    {
        SafetensorsWriter.Write(Target, new Dictionary<string, Tensor> { ["x"] = ones(3) });
        var before = File.ReadAllBytes(Target);
        var failing = new FailingTensors(new() { ["a"] = ones(1000), ["b"] = ones(1000) }, failsAt: "b");
        FluentActions.Invoking(() => SafetensorsWriter.Write(Target, failing)).Should().Throw<CheckpointException>().WithMessage("*model.safetensors*disk*");
        File.ReadAllBytes(Target).Should().Equal(before);
        folder.Files.Should().Equal("model.safetensors");
    }

    [Fact]
    public void A_missing_folder_is_named() =>
        FluentActions.Invoking(() => SafetensorsWriter.Write(folder["none/model.safetensors"], new Dictionary<string, Tensor> { ["x"] = ones(3) }))
            .Should().Throw<CheckpointException>().WithMessage("*none*");

    [Fact]
    public void A_path_that_cannot_be_is_named() =>
        FluentActions.Invoking(() => SafetensorsWriter.Write("a\0b", new Dictionary<string, Tensor> { ["x"] = ones(3) }))
            .Should().Throw<CheckpointException>().WithMessage("Cannot write the checkpoint*");

    [Fact]
    public void What_the_format_cannot_hold_is_refused_before_anything_is_written()
    {
        var disposed = ones(1);
        disposed.Dispose();
        foreach (var (name, unfit) in new (string, Tensor)[]
        {
            ("meta", empty([2], device: META)),
            ("disposed", disposed),
            ("complex", ones(2, ScalarType.ComplexFloat64)),
            ("__metadata__", ones(2)),
            ("half a pair \uD800", ones(2)),
        })
        {
            FluentActions.Invoking(() => SafetensorsWriter.Write(Target, new Dictionary<string, Tensor> { [name] = unfit }))
                .Should().Throw<InvalidOptionException>(name).WithMessage($"*{name[..4]}*");
        }

        folder.Files.Should().BeEmpty();
    }

    /// <summary>Tensors of which one cannot be had, as when the disk is full halfway.</summary>
    private sealed class FailingTensors(Dictionary<string, Tensor> tensors, string failsAt) : IReadOnlyDictionary<string, Tensor>
    {
        public int Count => tensors.Count;

        public IEnumerable<string> Keys => tensors.Keys;

        public IEnumerable<Tensor> Values => tensors.Values;

        public Tensor this[string key] => key == failsAt ? throw new IOException("No space left on the disk.") : tensors[key];

        public bool ContainsKey(string key) => tensors.ContainsKey(key);

        public bool TryGetValue(string key, out Tensor value) => tensors.TryGetValue(key, out value!);

        public IEnumerator<KeyValuePair<string, Tensor>> GetEnumerator() => tensors.GetEnumerator();

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
