using System.Reflection;
using System.Text.RegularExpressions;
using MaskUNet.Masking;
using MaskUNet.Tests.TestSupport;
using MaskUNet.Tests.UNet;

namespace MaskUNet.Tests.Docs;

public partial class SnippetTests
{
    // The tests' own folder, wherever the fixtures are.
    private static readonly string Tests = Path.GetDirectoryName(
        typeof(SnippetTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "Fixtures").Value!)!;

    public static IEnumerable<object[]> Pages =>
        new[] { Path.Combine(Tests, "..", "README.md") }.Concat(Directory.GetFiles(Path.Combine(Tests, "..", "docs"), "*.md").Order())
            .Select(page => new object[] { Path.GetRelativePath(Path.Combine(Tests, ".."), page) });

    [Theory]
    [MemberData(nameof(Pages))]
    public void Every_line_of_a_program_in_the_documentation_is_compiled_here(string page)
    {
        var compiled = Lines(File.ReadAllText(Path.Combine(Tests, "Docs", "Snippets.cs"))).ToHashSet();
        var shown = Programs().Matches(File.ReadAllText(Path.Combine(Tests, "..", page))).SelectMany(match => Lines(match.Groups[1].Value));
        shown.Where(line => !IsCommentOrImport().IsMatch(line)).Should().BeSubsetOf(compiled);
    }

    [FixtureFact(RecordedPipelines.Area)]
    public async Task The_strategy_of_the_documentation_draws()
    {
        using var pipeline = await new MaskUNetBuilder()
            .UseStableDiffusion(Fixtures.Path(RecordedPipelines.Area, RecordedPipelines.Names.First()))
            .UseMasks(new BestOfFour())
            .BuildAsync();
        var request = new ImageRequest("a cat") { Seed = 1, Steps = 2 };
        var masked = await pipeline.GenerateAsync(request);
        var plain = await pipeline.GenerateAsync(request with { Masks = MaskStrategy.None });
        masked.Images[0].Image.Pixels.ToArray().Should().NotEqual(plain.Images[0].Image.Pixels.ToArray());
    }

    private static IEnumerable<string> Lines(string text) =>
        text.Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0);

    [GeneratedRegex("```csharp\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Programs();

    [GeneratedRegex(@"^(//.*|using [\w.]+;)$")]
    private static partial Regex IsCommentOrImport();
}
