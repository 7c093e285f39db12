using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace MaskUNet.Tests.TestSupport;

/// <summary>The recorded inputs and outputs: the copy in the repository, or the folder that MASKUNET_FIXTURES names.</summary>
public static class Fixtures
{
    public static string Root { get; } = Environment.GetEnvironmentVariable("MASKUNET_FIXTURES") is { Length: > 0 } named
        ? System.IO.Path.GetFullPath(named)
        : typeof(Fixtures).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "Fixtures").Value!;

    public static bool Has(string area) => System.IO.Path.Exists(System.IO.Path.Combine(Root, area));

    public static string Path(params string[] parts) => System.IO.Path.Combine([Root, .. parts]);

    public static JsonNode Json(params string[] parts) => JsonNode.Parse(File.ReadAllText(Path(parts)), documentOptions: new JsonDocumentOptions { MaxDepth = 256 })!;
}
