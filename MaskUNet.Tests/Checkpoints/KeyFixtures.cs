using System.Text.Json.Nodes;
using MaskUNet.Checkpoints;
using MaskUNet.Tests.TestSupport;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Tests.Checkpoints;

/// <summary>The recorded keys of real checkpoints.</summary>
internal static class KeyFixtures
{
    /// <summary>The shapes of a listing's tensors by name.</summary>
    public static Dictionary<string, long[]> Listing(string name) => Fixtures.Json("keys", name + ".json")["keys"]!.AsArray()
        .ToDictionary(row => (string)row![0]!, row => Shape(row![1]!));

    public static long[] Shape(JsonNode shape) => [.. shape.AsArray().Select(size => (long)size!)];

    /// <summary>A source that has names and shapes, and zeros for values.</summary>
    public sealed class Listed(string name, IEnumerable<(string Name, long[] Shape)> tensors) : IWeightSource
    {
        public string Name => name;

        public IReadOnlyDictionary<string, TensorEntry> Entries { get; } =
            tensors.ToDictionary(tensor => tensor.Name, tensor => new TensorEntry(tensor.Name, ScalarType.Float32, tensor.Shape));

        public Tensor Read(string name, IReadOnlyList<long> shape, ScalarType dataType, Device device) => zeros([.. shape], dataType, device);
    }
}
