using static System.FormattableString;

namespace MaskUNet.Samples.Results;

/// <summary>A row of the tables: a picture for each prompt and seed, and what it costs.</summary>
/// <param name="Name">What it is.</param>
/// <param name="Figures">The pictures; the same keys in all rows.</param>
/// <param name="Seconds">What a picture takes.</param>
internal sealed record Row(string Name, IReadOnlyDictionary<PictureKey, PictureFigures> Figures, double Seconds)
{
    /// <summary>The row with which the others are compared.</summary>
    public static Row Plain(IReadOnlyList<Row> rows) => rows[0];

    /// <summary>What the row is called that has the guided picture or the plain one, whichever the reward likes better, as the library does by default.</summary>
    public static string KeptName(Guide guide) => $"{guide.Kind.Name}, or the plain one";

    /// <summary>All rows, as far as every one of them has been drawn; the plain one first.</summary>
    /// <param name="journal">What has been judged.</param>
    /// <param name="single">Ways of drawing that give one picture a prompt and seed, beside the plain one and the guided ones.</param>
    /// <param name="guides">Who guides, and chooses among candidates.</param>
    /// <param name="prices">What everything costs.</param>
    /// <param name="prompts">How many prompts are wanted.</param>
    /// <param name="seeds">How many pictures of each.</param>
    public static IReadOnlyList<Row> All(Journal journal, IReadOnlyList<Kind> single, IReadOnlyList<Guide> guides, Prices prices, int prompts, int seeds)
    {
        var counts = single.Concat(guides.Select(guide => guide.Kind)).Select(kind => (Kind: kind, Count: 1))
            .Concat(Kinds.Candidates.Select(kind => (Kind: kind, Count: guides.Max(guide => prices.Candidates(guide, kind)))));
        var drawings = counts.ToDictionary(one => one.Kind, one => journal.Of(one.Kind).Where(drawing => drawing.Value.Pictures.Count >= one.Count).ToDictionary());
        var keys = drawings.Values.Select(of => of.Keys.AsEnumerable()).Aggregate((one, other) => one.Intersect(other))
            .Where(key => key.Prompt < prompts && key.Seed < seeds).OrderBy(key => (key.Seed, key.Prompt)).ToList();
        return keys.Count == 0 ? [] :
        [
            .. Kinds.Candidates.Concat(single).Select(First),
            .. guides.SelectMany(guide => (Row[])[First(guide.Kind), Kept(guide), .. Kinds.Candidates.Select(kind => Best(guide, kind))]),
        ];

        Row First(Kind kind) => new(kind.Name, keys.ToDictionary(key => key, key => drawings[kind][key].Pictures[0]), prices.Drawing[kind.Folder]);

        Row Kept(Guide guide) => new(
            KeptName(guide),
            keys.ToDictionary(key => key, key => guide.Best([drawings[Kinds.Plain][key].Pictures[0], drawings[guide.Kind][key].Pictures[0]])),
            prices.Drawing[guide.Kind.Folder] + prices.Drawing[Kinds.Plain.Folder] + (2 * prices.OfScore(guide)));

        Row Best(Guide guide, Kind kind)
        {
            var count = prices.Candidates(guide, kind);
            var best = keys.ToDictionary(key => key, key => guide.Best(drawings[kind][key].Pictures.Take(count)));
            return new(Invariant($"best of {count} ({kind.Name}) by {guide.Name}"), best, count * prices.OfCandidate(guide, kind));
        }
    }
}
