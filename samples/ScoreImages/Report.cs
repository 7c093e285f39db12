using System.Globalization;
using System.Net;
using System.Text;
using Spectre.Console;

namespace MaskUNet.Samples.ScoreImages;

/// <summary>The scores as a table, a CSV file and a page; within a prompt the best picture by the first reward comes first.</summary>
internal static class Report
{
    private const int MostRows = 40;

    private const string Style = """
        body { font: 15px/1.4 system-ui, sans-serif; margin: 2em; } h2 { margin: 1.5em 0 .4em; font-size: 1.1em; }
        .row { display: flex; flex-wrap: wrap; gap: 12px; } figure { margin: 0; width: 192px; }
        img { width: 192px; image-rendering: pixelated; border: 1px solid #ccc; } figcaption { font-size: .85em; overflow-wrap: anywhere; }
        """;

    public static void Print(IReadOnlyList<string> rewards, IReadOnlyList<ScoredPicture> ranked)
    {
        var table = new Table().AddColumns(["prompt", "picture", .. rewards]);
        foreach (var picture in ranked.Take(MostRows))
        {
            table.AddRow([.. Fields(picture).Select(field => Markup.Escape(field))]);
        }

        AnsiConsole.Write(table);
        if (ranked.Count > MostRows)
        {
            AnsiConsole.WriteLine($"and {ranked.Count - MostRows} more, in the files below");
        }

        foreach (var (reward, i) in rewards.Select((reward, i) => (reward, i)))
        {
            AnsiConsole.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{reward}: mean {ranked.Average(picture => picture.Scores[i]):F4} of {ranked.Count} pictures"));
        }
    }

    public static void WriteCsv(string path, IReadOnlyList<string> rewards, IEnumerable<ScoredPicture> ranked) => Csv.Write(
        path, [["file", "prompt", .. rewards], .. ranked.Select(picture => new object[] { Path.GetFileName(picture.File), picture.Prompt }.Concat(picture.Scores.Cast<object>()))]);

    public static void WritePage(string path, IReadOnlyList<string> rewards, IEnumerable<ScoredPicture> ranked)
    {
        var page = new StringBuilder($"<!DOCTYPE html>\n<html lang=\"en\"><meta charset=\"utf-8\"><title>Scores</title><style>{Style}</style>\n");
        page.Append(CultureInfo.InvariantCulture, $"<h1>Pictures ranked by {Text(rewards[0])}</h1>\n");
        foreach (var prompt in ranked.GroupBy(picture => picture.Prompt))
        {
            page.Append(CultureInfo.InvariantCulture, $"<h2>{Text(prompt.Key)}</h2>\n<div class=\"row\">\n");
            foreach (var picture in prompt)
            {
                var source = Path.GetRelativePath(Path.GetDirectoryName(Path.GetFullPath(path))!, Path.GetFullPath(picture.File)).Replace('\\', '/');
                var scores = string.Join("<br>", rewards.Zip(picture.Scores, (reward, score) => string.Create(CultureInfo.InvariantCulture, $"{Text(reward)} {score:F4}")));
                page.Append(CultureInfo.InvariantCulture, $"<figure><img src=\"{Text(string.Join('/', source.Split('/').Select(Uri.EscapeDataString)))}\" alt=\"\"><figcaption>{scores}<br>{Text(Path.GetFileName(picture.File))}</figcaption></figure>\n");
            }

            page.Append("</div>\n");
        }

        File.WriteAllText(path, page.Append("</html>\n").ToString());
    }

    private static IEnumerable<string> Fields(ScoredPicture picture) =>
        [picture.Prompt, Path.GetFileName(picture.File), .. picture.Scores.Select(score => score.ToString("F4", CultureInfo.InvariantCulture))];

    private static string Text(string text) => WebUtility.HtmlEncode(text);
}
