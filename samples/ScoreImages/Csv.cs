using System.Globalization;
using System.Text;

namespace MaskUNet.Samples.ScoreImages;

/// <summary>Comma-separated values: quotes around what holds a comma, a quote or a line end (RFC 4180).</summary>
internal static class Csv
{
    /// <summary>One column by another.</summary>
    /// <exception cref="InvalidOptionException">The file cannot be read, or lacks a column.</exception>
    public static Dictionary<string, string> Read(string path, string key, string value)
    {
        string text;
        try
        {
            text = File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InvalidOptionException($"{path} cannot be read: {e.Message}", e);
        }

        var rows = Rows(text).ToList();
        var (keys, values) = rows.Count == 0 ? (-1, -1) : (rows[0].IndexOf(key), rows[0].IndexOf(value));
        if (keys < 0 || values < 0)
        {
            throw new InvalidOptionException($"{path} needs a first line with the columns {key} and {value}.");
        }

        var result = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var row in rows.Skip(1).Where(row => row.Count > Math.Max(keys, values)))
        {
            result[row[keys]] = row[values];
        }

        return result;
    }

    public static string Line(IEnumerable<object> fields) => string.Join(',', fields.Select(field => Quote(Convert.ToString(field, CultureInfo.InvariantCulture)!)));

    private static string Quote(string field) => field.AsSpan().ContainsAny(",\"\r\n") ? $"\"{field.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : field;

    private static IEnumerable<List<string>> Rows(string text)
    {
        var (row, field, quoted) = (new List<string>(), new StringBuilder(), false);
        for (var i = 0; i < text.Length; i++)
        {
            switch (text[i])
            {
                case '"' when quoted && i + 1 < text.Length && text[i + 1] == '"':
                    field.Append('"');
                    i++;
                    break;
                case '"':
                    quoted = !quoted;
                    break;
                case ',' when !quoted:
                    Next();
                    break;
                case '\n' when !quoted:
                    Next();
                    yield return row;
                    row = [];
                    break;
                case '\r' when !quoted:
                    break;
                default:
                    field.Append(text[i]);
                    break;
            }
        }

        if (field.Length > 0 || row.Count > 0)
        {
            Next();
            yield return row;
        }

        void Next()
        {
            row.Add(field.ToString());
            field.Clear();
        }
    }
}
