using static System.FormattableString;

namespace MaskUNet.Samples.Results;

/// <summary>A row of the tables: a picture for each prompt and seed, and what it cost.</summary>
/// <param name="Name">What it is.</param>
/// <param name="Figures">The pictures; the same keys in all rows.</param>
/// <param name="Seconds">What a picture took.</param>
internal sealed record Row(string Name, IReadOnlyDictionary<PictureKey, PictureFigures> Figures, double Seconds)
{
    /// <summary>The row with which the others are compared.</summary>
    public static Row Plain(IReadOnlyList<Row> rows) => rows[0];

    /// <summary>All rows, as far as every one of them has been drawn; the plain one first.</summary>
    /// <param name="journal">What has been drawn.</param>
    /// <param name="guides">Who chooses among candidates.</param>
    /// <param name="learned">Whether learned masks are there.</param>
    /// <param name="prompts">How many prompts are wanted.</param>
    /// <param name="seeds">How many pictures of each.</param>
    public static IReadOnlyList<Row> All(Journal journal, IReadOnlyList<Guide> guides, bool learned, int prompts, int seeds)
    {
        List<string> single = [.. Kinds.Single(null).Select(kind => kind.Kind), .. learned ? [Kinds.Learned] : Array.Empty<string>()];
        var drawings = single.Concat(Kinds.Candidates.Select(kind => kind.Kind)).Concat(guides.Select(guide => guide.Kind)).ToDictionary(kind => kind, journal.Of);
        var keys = drawings.Values.Select(of => of.Keys.AsEnumerable()).Aggregate((one, other) => one.Intersect(other))
            .Where(key => key.Prompt < prompts && key.Seed < seeds).OrderBy(key => (key.Seed, key.Prompt)).ToList();
        if (keys.Count == 0)
        {
            return [];
        }

        var rows = new List<Row> { First(Kinds.Plain, "plain") };
        rows.AddRange(single.Where(kind => kind != Kinds.Learned).Select(kind => First(kind, kind)));
        rows.Add(First(Kinds.Random, Kinds.Random));
        rows.AddRange(single.Where(kind => kind == Kinds.Learned).Select(kind => First(kind, kind)));
        foreach (var guide in guides)
        {
            var guided = First(guide.Kind, guide.Kind);
            rows.Add(guided);
            rows.Add(Best(guide, Kinds.Plain, "plain ones", guided.Seconds));
            rows.Add(Best(guide, Kinds.Random, "randomly masked ones", guided.Seconds));
        }

        return rows;

        // Drawing several at once costs each a share of the time.
        Row First(string kind, string name) => new(
            name, keys.ToDictionary(key => key, key => drawings[kind][key].Pictures[0]), keys.Average(key => drawings[kind][key].Seconds / drawings[kind][key].Pictures.Count));

        Row Best(Guide guide, string kind, string what, double price)
        {
            var of = drawings[kind];
            var each = keys.Average(key => (of[key].Seconds + guide.Seconds(of[key])) / of[key].Pictures.Count);
            var count = Math.Clamp((int)Math.Round(price / each), 1, keys.Min(key => of[key].Pictures.Count));
            return new(Invariant($"best of {count} {what} by {guide.Name}"), keys.ToDictionary(key => key, key => guide.Best(of[key].Pictures.Take(count))), count * each);
        }
    }
}
