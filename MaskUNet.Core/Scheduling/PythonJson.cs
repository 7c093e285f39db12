using System.Text.RegularExpressions;

namespace MaskUNet.Scheduling;

/// <summary>Python's json module writes numbers that are none in JSON: Infinity, -Infinity and NaN, without quotes.</summary>
internal static partial class PythonJson
{
    /// <summary>Puts quotes around such numbers, outside of strings.</summary>
    public static string QuoteNonFinite(string json) =>
        StringOrNonFinite().Replace(json, match => match.ValueSpan[0] == '"' ? match.Value : $"\"{match.Value}\"");

    /// <summary>The number that such a name stands for, or null.</summary>
    public static double? NonFinite(string name) => name switch
    {
        "Infinity" or "inf" => double.PositiveInfinity,
        "-Infinity" or "-inf" => double.NegativeInfinity,
        "NaN" or "nan" => double.NaN,
        _ => null,
    };

    /// <summary>What such a number is called.</summary>
    public static string Name(double value) => double.IsNaN(value) ? "NaN" : value > 0 ? "Infinity" : "-Infinity";

    [GeneratedRegex("""
        "(?:[^"\\]|\\.)*"|-?\bInfinity\b|\bNaN\b
        """)]
    private static partial Regex StringOrNonFinite();
}
