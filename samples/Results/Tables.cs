using System.Globalization;
using MaskUNet.Shapes.Judging;
using MaskUNet.Shapes.Prompts;

namespace MaskUNet.Samples.Results;

/// <summary>The tables in Markdown.</summary>
/// <param name="rows">The rows, the plain one first.</param>
/// <param name="prompts">All prompts.</param>
/// <param name="guides">Who guided and chose.</param>
/// <param name="rewards">The rewards' names.</param>
internal sealed class Tables(IReadOnlyList<Row> rows, IReadOnlyList<string> prompts, IReadOnlyList<Guide> guides, IReadOnlyList<string> rewards)
{
    private static readonly (string Name, Func<OracleScores, double> Score, Func<OracleVerdict, bool> Asks)[] Parts =
    [
        ("one object", scores => scores.SingleObject, verdict => verdict.Prompt is { Second: null, First.Count: 1 }),
        ("its colour", scores => scores.Colors, verdict => verdict.Prompt is { Second: null, First.Count: 1 } && verdict.GenEval.Colors is not null),
        ("counting", scores => scores.Counting, verdict => verdict.Prompt is { Second: null, First.Count: > 1 }),
        ("two objects", scores => scores.TwoObjects, verdict => verdict.Prompt.Second is not null),
        ("position", scores => scores.Position, verdict => verdict.GenEval.Position is not null),
        ("colour attribution", scores => scores.ColorAttribution, verdict => verdict.Prompt is { First.Color: not null, Second.Color: not null }),
        ("colour binding", scores => scores.ColorBinding, verdict => verdict.CompBench.Color is not null),
        ("shape binding", scores => scores.ShapeBinding, _ => true),
        ("texture binding", scores => scores.TextureBinding, verdict => verdict.CompBench.Texture is not null),
    ];

    public string Write(Distance distance)
    {
        var keys = rows[0].Figures.Keys.ToList();
        return string.Join("\n\n", [
            Text($"{keys.Count} pictures a row: {keys.Select(key => key.Prompt).Distinct().Count()} held-out prompts, {keys.Select(key => key.Seed).Distinct().Count()} seeds; {Experiment.Request.Steps} steps of DPM-Solver, guidance {Experiment.Request.GuidanceScale}. In parentheses: 95 % confidence (bootstrap over prompts)."),
            "**What the oracle says.** It never guided. Right: all that GenEval looks at (objects, numbers, colours, places); all right: the textures too; found: the share of what the prompt asks for that is there. Better, worse: pictures that are all right where the plain one of the same prompt and noise is not, and the reverse; then the difference in percentage points.",
            OracleTable(),
            "**Guided masks against what else the same time buys.** Differences in percentage points, the guided row minus the other.",
            ControlTable(),
            "**The oracle in parts**, in percent; in the head the number of pictures that are asked.",
            PartTable(),
            "**Rewards and realism.** FID: the Fréchet distance in the small CLIP's features to " + Text($"{Experiment.Scenes}") + " scenes; it depends on the number of pictures, so compare it within this table only.",
            RewardTable(distance),
        ]);
    }

    private string OracleTable() => Table(
        ["", "right", "all right", "better", "worse", "difference", "found", "difference", "s a picture"],
        rows.Select(row =>
        {
            var isPlain = row == Row.Plain(rows);
            var comparison = Comparison.Of(row, Row.Plain(rows));
            return (string[])[
                row.Name,
                Share(row, picture => picture.IsCorrect ? 1 : 0).Percent(),
                Share(row, picture => picture.IsAllRight ? 1 : 0).Percent(),
                isPlain ? "" : Text($"{comparison.Better}"),
                isPlain ? "" : Text($"{comparison.Worse}"),
                isPlain ? "" : comparison.AllRight.Points(),
                Share(row, picture => picture.Grade).Percent(),
                isPlain ? "" : comparison.Grade.Points(),
                Text($"{row.Seconds:F2}"),
            ];
        }));

    private string ControlTable() => Table(
        ["", "against", "better", "worse", "all right", "found"],
        guides.SelectMany(guide => new[] { guide.Kind.Name, Row.KeptName(guide) }.SelectMany(name =>
        {
            var guided = rows.Single(row => row.Name == name);
            return rows.Where(row => row.Name.EndsWith($") by {guide.Name}", StringComparison.Ordinal)).Prepend(Row.Plain(rows)).Select(other =>
            {
                var comparison = Comparison.Of(guided, other);
                return (string[])[name, other.Name, Text($"{comparison.Better}"), Text($"{comparison.Worse}"), comparison.AllRight.Points(), comparison.Grade.Points()];
            });
        })));

    private string PartTable()
    {
        var scores = rows.Select(row => (row.Name, Scores: new OracleScores([.. row.Figures.Select(pair => pair.Value.Verdict(ScenePrompt.Parse(prompts[pair.Key.Prompt])))]))).ToList();
        return Table(
            ["", .. Parts.Select(part => Text($"{part.Name} ({scores[0].Scores.Verdicts.Count(part.Asks)})"))],
            scores.Select(row => (string[])[row.Name, .. Parts.Select(part => part.Score(row.Scores) is var score && double.IsNaN(score) ? "" : Text($"{100 * score:F1}"))]));
    }

    private string RewardTable(Distance distance) => Table(
        ["", "FID", "CLIP score", .. rewards],
        rows.Select(row => (string[])[
            row.Name,
            Text($"{distance.Of(row):F4}"),
            Share(row, picture => picture.Clip).Number(),
            .. rewards.Select((_, i) => Share(row, picture => picture.Rewards[i]).Number()),
        ]));

    private static Interval Share(Row row, Func<PictureFigures, double> value) => Interval.Of(row.Figures.Select(pair => KeyValuePair.Create(pair.Key, value(pair.Value))));

    private static string Table(IReadOnlyList<string> head, IEnumerable<IReadOnlyList<string>> lines) => string.Join(
        '\n', [Line(head), Line([.. head.Select((_, i) => i == 0 ? "---" : "---:")]), .. lines.Select(Line)]);

    private static string Line(IReadOnlyList<string> cells) => $"| {string.Join(" | ", cells)} |";

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
