namespace MaskUNet.Checkpoints.PyTorch;

/// <summary>A Python dict, in its order.</summary>
internal sealed class PickleDictionary
{
    private readonly Dictionary<object, object?> items = [];

    /// <summary>The pairs; a key of Python's None is null.</summary>
    public IEnumerable<KeyValuePair<object?, object?>> Items =>
        items.Select(item => KeyValuePair.Create(item.Key is DBNull ? null : item.Key, item.Value));

    public int Count => items.Count;

    /// <summary>The value of a key, or null.</summary>
    public object? this[object key] => items.GetValueOrDefault(key);

    /// <summary>Sets a key, the last of equal ones winning as in Python; false when the key is of a kind that cannot be one.</summary>
    public bool TrySet(object? key, object? value)
    {
        if (key is PickleDictionary or List<object?>)
        {
            return false;
        }

        items[key ?? DBNull.Value] = value;
        return true;
    }
}
