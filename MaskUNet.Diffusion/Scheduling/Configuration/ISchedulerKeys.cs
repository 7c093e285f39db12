namespace MaskUNet.Scheduling;

/// <summary>
/// A way through a configuration's keys, the same for reading and for writing: each method is given what the options say, and returns what
/// they shall say. A reader answers with the configuration's value where there is one; a writer notes the given one and returns it.
/// </summary>
internal interface ISchedulerKeys
{
    bool Flag(string key, bool value);

    int Integer(string key, int value);

    double Number(string key, double value);

    double? OptionalNumber(string key, double? value);

    IReadOnlyList<double>? Numbers(string key, IReadOnlyList<double>? value);

    T Choice<T>(string key, T value, IReadOnlyDictionary<string, T> names)
        where T : struct, Enum;
}
