using MaskUNet.Samples.ScoreImages;

namespace MaskUNet.Samples.Results;

/// <summary>Writes the tables, a line a picture, and the sheet.</summary>
internal static class Report
{
    private const string SheetName = "results.png";

    public static void Write(IReadOnlyList<Row> rows, Judge judge, IReadOnlyList<Guide> guides, IReadOnlyList<string> prompts, Gallery gallery, string folder, string? document)
    {
        if (rows is not [{ Figures.Count: > 1 }, ..])
        {
            Console.WriteLine("There are no pictures of every row yet, so there are no tables.");
            return;
        }

        using var distance = new Distance(judge);
        var tables = new Tables(rows, prompts, guides, [.. judge.Rewards.Select(reward => reward.Name)]).Write(distance);
        Csv.Write(Path.Combine(folder, "results.csv"), Lines(rows, judge, prompts));
        var sheet = Sheet.Of(Row.Plain(rows), rows.Single(row => row.Name == guides[^1].Kind.Name), guides[^1].Kind, prompts, gallery);
        var text = sheet is null ? tables : $"{tables}\n\n![Pictures that the guided masks mended, and pictures that they harmed]({SheetName})";
        sheet?.SavePng(Path.Combine(folder, SheetName));
        File.WriteAllText(Path.Combine(folder, "results.md"), text + "\n");
        if (document is not null)
        {
            Document.Write(document, text);
            sheet?.SavePng(Path.Combine(Path.GetDirectoryName(Path.GetFullPath(document))!, SheetName));
        }

        Console.WriteLine(text);
    }

    private static IEnumerable<IEnumerable<object>> Lines(IReadOnlyList<Row> rows, Judge judge, IReadOnlyList<string> prompts) =>
    [
        ["row", "prompt", "caption", "seed", "noise", "right", "all right", "found", "colour binding", "shape binding", "texture binding", "CLIP score", .. judge.Rewards.Select(reward => reward.Name)],
        .. rows.SelectMany(row => row.Figures.Select(pair => (IEnumerable<object>)[
            row.Name, pair.Key.Prompt, prompts[pair.Key.Prompt], pair.Key.Seed, Experiment.Noise(pair.Key), pair.Value.IsCorrect, pair.Value.IsAllRight, pair.Value.Grade,
            pair.Value.ColorBinding ?? double.NaN, pair.Value.ShapeBinding, pair.Value.TextureBinding ?? double.NaN, pair.Value.Clip, .. pair.Value.Rewards.Cast<object>(),
        ])),
    ];
}
