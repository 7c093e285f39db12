using System.Buffers.Binary;
using System.Text;
using System.Text.Json.Nodes;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Tests.TestSupport;

/// <summary>
/// The tensors of a fixture file, read without the library's own reader, so that a fault in that reader cannot hide one elsewhere.
/// </summary>
public sealed class RecordedTensors
{
    private readonly byte[] bytes;
    private readonly JsonObject header;
    private readonly int start;

    public RecordedTensors(params string[] path)
    {
        bytes = File.ReadAllBytes(Fixtures.Path(path));
        var length = (int)BinaryPrimitives.ReadUInt64LittleEndian(bytes);
        header = JsonNode.Parse(Encoding.UTF8.GetString(bytes, 8, length))!.AsObject();
        start = 8 + length;
    }

    public IEnumerable<string> Names => header.Select(entry => entry.Key).Where(name => name != "__metadata__");

    public bool Has(string name) => header.ContainsKey(name);

    /// <summary>A new tensor in its stored type; it joins the calling thread's dispose scope.</summary>
    public Tensor this[string name]
    {
        get
        {
            var entry = header[name] ?? throw new KeyNotFoundException($"the fixture has no tensor '{name}'");
            var offsets = entry["data_offsets"]!.AsArray();
            var made = empty(
                [.. entry["shape"]!.AsArray().Select(size => (long)size!)],
                (string)entry["dtype"]! switch
                {
                    "F64" => ScalarType.Float64,
                    "F32" => ScalarType.Float32,
                    "F16" => ScalarType.Float16,
                    "I64" => ScalarType.Int64,
                    "I32" => ScalarType.Int32,
                    "U8" => ScalarType.Byte,
                    "BOOL" => ScalarType.Bool,
                    var other => throw new NotSupportedException(other),
                });
            bytes.AsSpan(start + (int)offsets[0]!, (int)offsets[1]! - (int)offsets[0]!).CopyTo(made.bytes);
            return made;
        }
    }
}
