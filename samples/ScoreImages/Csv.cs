using System.Globalization;
using CsvHelper;

namespace MaskUNet.Samples.ScoreImages;

/// <summary>Reads and writes comma-separated values.</summary>
internal static class Csv
{
    /// <summary>One column by another.</summary>
    /// <exception cref="InvalidOptionException">The file cannot be read, or lacks a column.</exception>
    public static Dictionary<string, string> Read(string path, string key, string value)
    {
        try
        {
            using var text = new StreamReader(path);
            using var csv = new CsvReader(text, CultureInfo.InvariantCulture);
            var result = new Dictionary<string, string>(StringComparer.Ordinal);
            csv.Read();
            csv.ReadHeader();
            while (csv.Read())
            {
                result[csv.GetField(key)!] = csv.GetField(value)!;
            }

            return result;
        }
        catch (CsvHelperException e)
        {
            throw new InvalidOptionException($"{path} needs a first line with the columns {key} and {value}, and both in every line.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InvalidOptionException($"{path} cannot be read: {e.Message}", e);
        }
    }

    public static void Write(string path, IEnumerable<IEnumerable<object>> lines)
    {
        using var csv = new CsvWriter(new StreamWriter(path), CultureInfo.InvariantCulture);
        foreach (var line in lines)
        {
            foreach (var field in line)
            {
                csv.WriteField(field);
            }

            csv.NextRecord();
        }
    }
}
