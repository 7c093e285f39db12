using System.Globalization;

namespace MaskUNet.Training;

/// <summary>Gathers what is wrong with options, so that one exception names all of it.</summary>
internal sealed class OptionProblems
{
    private readonly List<string> problems = [];

    public void AtLeast(string name, long value, long least) => Within(name, value >= least, value, $"at least {least}");

    public void Above(string name, double value, double bound) =>
        Within(name, value > bound && double.IsFinite(value), value, string.Create(CultureInfo.InvariantCulture, $"above {bound}"));

    /// <summary>Requires one of an enumeration's values.</summary>
    public void Defined<T>(string name, T value)
        where T : struct, Enum => Within(name, Enum.IsDefined(value), value, "one of " + string.Join(", ", Enum.GetNames<T>()));

    public void Within(string name, bool holds, object? value, string allowed)
    {
        if (!holds)
        {
            problems.Add(string.Create(CultureInfo.InvariantCulture, $"{name} is {value ?? "null"}; it must be {allowed}"));
        }
    }

    /// <exception cref="InvalidOptionException">There are problems.</exception>
    public void Refuse(string what)
    {
        if (problems.Count > 0)
        {
            throw new InvalidOptionException($"The options of {what} cannot be used: {string.Join("; ", problems)}.");
        }
    }
}
