using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using MaskUNet.Tests.TestSupport;

namespace MaskUNet.Tests.Formula;

public class FormulaWeightsTests
{
    public static IEnumerable<object[]> Cases(string kind) =>
        Fixtures.Has("formula") ? Fixtures.Json("formula", "vectors.json")[kind]!.AsArray().Select((_, i) => new object[] { i }) : [];

    [FixtureTheory("formula")]
    [MemberData(nameof(Cases), "weights")]
    public void Weights_follow_from_their_names_bit_for_bit(int index)
    {
        var row = Fixtures.Json("formula", "vectors.json")["weights"]![index]!;
        Check(row, FormulaWeights.Weight((string)row["name"]!, Shape(row)));
    }

    [FixtureTheory("formula")]
    [MemberData(nameof(Cases), "inputs")]
    public void Inputs_follow_from_their_names_bit_for_bit(int index)
    {
        var row = Fixtures.Json("formula", "vectors.json")["inputs"]![index]!;
        Check(row, FormulaWeights.Input((string)row["name"]!, Shape(row).Aggregate(1L, (a, b) => a * b), (double?)row["low"], (double?)row["high"]));
    }

    private static long[] Shape(JsonNode row) => [.. row["shape"]!.AsArray().Select(size => (long)size!)];

    private static void Check(JsonNode row, float[] values) =>
        Convert.ToHexStringLower(SHA256.HashData(MemoryMarshal.AsBytes(values.AsSpan()))).Should().Be((string)row["sha256"]!);
}
