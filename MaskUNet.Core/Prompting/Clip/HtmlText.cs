using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace MaskUNet.Prompting.Clip;

/// <summary>HTML character references as HTML 5 and Python's <c>html.unescape</c> read them, with or without semicolon.</summary>
internal static partial class HtmlText
{
    // Numbers that name a control character mean the Windows-1252 character, as in every browser.
    private const string Windows1252 =
        "\u20AC\u0081\u201A\u0192\u201E\u2026\u2020\u2021\u02C6\u2030\u0160\u2039\u0152\u008D\u017D\u008F" +
        "\u0090\u2018\u2019\u201C\u201D\u2022\u2013\u2014\u02DC\u2122\u0161\u203A\u0153\u009D\u017E\u0178";

    private static readonly Lazy<Dictionary<string, string>> Entities = new(Load);

    public static string Unescape(string text) =>
        text.Contains('&', StringComparison.Ordinal) ? Reference().Replace(text, match => Replacement(match.Groups[1].Value)) : text;

    [GeneratedRegex(@"&(#[0-9]+;?|#[xX][0-9a-fA-F]+;?|[^\t\n\f <&#;]{1,32};?)", RegexOptions.CultureInvariant)]
    private static partial Regex Reference();

    private static string Replacement(string name)
    {
        if (name[0] == '#')
        {
            return Number(name[1..].TrimEnd(';'));
        }

        for (var length = name.Length; length > 1; length--)
        {
            if (Entities.Value.TryGetValue(name[..length], out var characters))
            {
                return characters + name[length..];
            }
        }

        return "&" + name;
    }

    private static string Number(string digits)
    {
        var isHex = digits[0] is 'x' or 'X';
        var parsed = isHex
            ? int.TryParse(digits[1..], NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var value) && value >= 0
            : int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out value);
        return value switch
        {
            _ when !parsed => "\uFFFD",
            0 or (>= 0xD800 and <= 0xDFFF) or > 0x10FFFF => "\uFFFD",
            >= 0x80 and <= 0x9F => Windows1252[value - 0x80].ToString(),
            (>= 1 and <= 8) or 0xB or (>= 0xE and <= 0x1F) or 0x7F or (>= 0xFDD0 and <= 0xFDEF) => "",
            _ when (value & 0xFFFE) == 0xFFFE => "",
            _ => new Rune(value).ToString(),
        };
    }

    private static Dictionary<string, string> Load()
    {
        using var stream = typeof(HtmlText).Assembly.GetManifestResourceStream("MaskUNet.Prompting.Clip.html-entities.txt")!;
        using var reader = new StreamReader(stream);
        var entities = new Dictionary<string, string>(StringComparer.Ordinal);
        while (reader.ReadLine() is { } line)
        {
            if (line[0] != '#')
            {
                var fields = line.Split(' ');
                entities[fields[0]] = string.Concat(fields[1..].Select(field => new Rune(int.Parse(field, NumberStyles.HexNumber, CultureInfo.InvariantCulture))));
            }
        }

        return entities;
    }
}
