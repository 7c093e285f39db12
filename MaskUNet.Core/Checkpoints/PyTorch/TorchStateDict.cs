using System.Globalization;
using System.Numerics;

namespace MaskUNet.Checkpoints.PyTorch;

/// <summary>The named tensors within a saved object.</summary>
internal sealed record TorchStateDict(IReadOnlyDictionary<string, TensorEntry> Entries, IReadOnlyDictionary<string, TorchTensor> Tensors)
{
    private static readonly string[] UsualKeys = ["state_dict", "model"];
    private const int LongestText = 100; // in a message

    public static TorchStateDict Find(CheckpointBytes file, TorchArchive archive, string? under)
    {
        var found = under is not null ? Descend(file, archive.Content, under)
            : archive.Content is PickleDictionary top && UsualKeys.Select(key => top[key]).OfType<PickleDictionary>().FirstOrDefault() is { } usual ? usual
            : archive.Content;
        var tensors = new Dictionary<string, TorchTensor>(StringComparer.Ordinal);
        foreach (var (key, value) in Children(found))
        {
            if (value is TorchTensor tensor && !tensors.TryAdd(Name(file, key), tensor))
            {
                throw file.Error($"it holds two tensors named '{Name(file, key)}'");
            }
        }

        if (tensors.Count == 0 && found is not PickleDictionary { Count: 0 })
        {
            throw file.Error(
                $"it holds no tensors {(under is null ? "at the top, under 'state_dict' or under 'model'" : $"under '{under}'")}; "
                + $"it holds {Describe(found)}. Name the key of the state dict if it lies elsewhere");
        }

        foreach (var (name, tensor) in tensors)
        {
            if (tensor.Fault() is { } fault)
            {
                throw file.Error($"'{name}' cannot be read: {fault}");
            }

            archive.Locate(name, tensor.Storage);
        }

        return new(
            tensors.ToDictionary(pair => pair.Key, pair => new TensorEntry(pair.Key, pair.Value.Type, pair.Value.Sizes), StringComparer.Ordinal),
            tensors);
    }

    private static object? Descend(CheckpointBytes file, object? value, string path)
    {
        if (value is PickleDictionary top && top[path] is { } whole)
        {
            return whole; // a key that holds a slash itself
        }

        foreach (var step in path.Split('/'))
        {
            var child = Children(value).FirstOrDefault(child => Convert.ToString(child.Key, CultureInfo.InvariantCulture) == step);
            value = child.Value
                ?? throw file.Error($"it has nothing under '{path}': no '{step}' in {Describe(value)}");
        }

        return value;
    }

    private static IEnumerable<KeyValuePair<object?, object?>> Children(object? value) => value switch
    {
        PickleDictionary dictionary => dictionary.Items,
        List<object?> list => list.Select((item, i) => KeyValuePair.Create<object?, object?>((long)i, item)),
        object?[] tuple => tuple.Select((item, i) => KeyValuePair.Create<object?, object?>((long)i, item)),
        TorchTensor => [KeyValuePair.Create<object?, object?>("", value)],
        _ => [],
    };

    private static string Name(CheckpointBytes file, object? key) => key is string or long
        ? Convert.ToString(key, CultureInfo.InvariantCulture)!
        : throw file.Error("a tensor's key is neither a text nor a number");

    private static string Describe(object? value) => value switch
    {
        PickleDictionary dictionary => "a dict with the keys " + string.Join(", ", dictionary.Items.Take(10).Select(item => Describe(item.Key))),
        List<object?> list => $"a list of {list.Count}",
        object?[] tuple => $"a tuple of {tuple.Length}",
        PickleGlobal or PickleObject => "an object of another program",
        null => "None",
        BigInteger => "a number of more than 64 bits",
        string { Length: > LongestText } text => $"'{text[..LongestText]}...'",
        _ => $"'{value}'",
    };
}
