namespace MaskUNet.Tests.TestSupport;

/// <summary>A theory over recorded cases. Where the fixtures' root lacks the area the test is skipped, by name.</summary>
public sealed class FixtureTheoryAttribute : TheoryAttribute
{
    public FixtureTheoryAttribute(string area) => Skip = FixtureArea.SkipReason(area);
}

/// <summary>A fact about recorded values. Where the fixtures' root lacks the area the test is skipped, by name.</summary>
public sealed class FixtureFactAttribute : FactAttribute
{
    public FixtureFactAttribute(string area) => Skip = FixtureArea.SkipReason(area);
}

internal static class FixtureArea
{
    public static string? SkipReason(string area) => Fixtures.Has(area) ? null : $"{Fixtures.Root} has no area '{area}'";
}
