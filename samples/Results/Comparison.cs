namespace MaskUNet.Samples.Results;

/// <summary>A row against another, picture by picture: they share prompt and noise.</summary>
/// <param name="Better">Pictures that are all right in the row and not in the other.</param>
/// <param name="Worse">The reverse.</param>
/// <param name="AllRight">The difference of the shares that are all right.</param>
/// <param name="Grade">The difference of the shares of what was asked for that are there.</param>
internal sealed record Comparison(int Better, int Worse, Interval AllRight, Interval Grade)
{
    public static Comparison Of(Row row, Row other)
    {
        var allRight = row.Figures.ToDictionary(pair => pair.Key, pair => Number(pair.Value.IsAllRight) - Number(other.Figures[pair.Key].IsAllRight));
        return new Comparison(
            allRight.Values.Count(difference => difference > 0),
            allRight.Values.Count(difference => difference < 0),
            Interval.Of(allRight),
            Interval.Of(row.Figures.Select(pair => KeyValuePair.Create(pair.Key, pair.Value.Grade - other.Figures[pair.Key].Grade))));
    }

    private static double Number(bool value) => value ? 1 : 0;
}
