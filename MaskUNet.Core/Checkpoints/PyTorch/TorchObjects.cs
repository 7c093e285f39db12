namespace MaskUNet.Checkpoints.PyTorch;

/// <summary>The calls that a checkpoint of weights may contain, and what they mean. All others make the file unsafe.</summary>
internal sealed class TorchObjects(PickleStream source)
{
    /// <summary>Calls whose results no weight needs; they are kept as data and never made.</summary>
    private static readonly HashSet<PickleGlobal> Opaque =
    [
        .. from module in (string[])["builtins", "__builtin__"]
           from name in (string[])["set", "frozenset", "complex", "bytearray"]
           select new PickleGlobal(module, name),
        .. from module in (string[])["numpy.core.multiarray", "numpy._core.multiarray"]
           from name in (string[])["scalar", "_reconstruct"]
           select new PickleGlobal(module, name),
        new("numpy", "dtype"),
        new("numpy", "ndarray"),
        new("_codecs", "encode"),
        new("torch", "device"),
        new("torch", "Size"),
        new("torch.serialization", "_get_layout"),
    ];

    // Real files copy each pair once at most; a pickle of a few bytes can ask for the same copy over and over.
    private const int MostCopiedPairs = 1_000_000;

    private readonly Dictionary<string, TorchStorage> storages = new(StringComparer.Ordinal);
    private int copiedPairs;

    /// <summary>All storages declared so far, by key.</summary>
    public IReadOnlyDictionary<string, TorchStorage> Storages => storages;

    /// <summary>Gives what a call stands for, or refuses the file.</summary>
    public object? Call(object? callable, object? arguments)
    {
        if (callable is not PickleGlobal function || arguments is not object?[] values)
        {
            throw source.Error("it calls something that is no function, or without a tuple of arguments; the pickle is damaged or unsafe");
        }

        return (function.Module, function.Name) switch
        {
            ("collections", "OrderedDict" or "Counter") => Dictionary(function, values),
            ("torch._utils", "_rebuild_tensor")
                when values is [TorchStorage { IsUntyped: false } storage, long offset, object?[] sizes, object?[] strides] =>
                new TorchTensor(storage, storage.Type, offset, Integers(sizes), Integers(strides)),
            ("torch._utils", "_rebuild_tensor_v2")
                when values is [TorchStorage { IsUntyped: false } storage, long offset, object?[] sizes, object?[] strides, _, _, ..] =>
                new TorchTensor(storage, storage.Type, offset, Integers(sizes), Integers(strides)),
            ("torch._utils", "_rebuild_tensor_v3")
                when values is [TorchStorage storage, long offset, object?[] sizes, object?[] strides, _, _, PickleGlobal type, ..] =>
                new TorchTensor(storage, TypeOf(type), offset, Integers(sizes), Integers(strides)),
            ("torch._utils", "_rebuild_parameter" or "_rebuild_parameter_with_state") or ("torch.nn.parameter", "Parameter")
                when values is [TorchTensor tensor, ..] => tensor,
            ("torch._tensor", "_rebuild_from_type_v2")
                when values is [PickleGlobal { Module: "torch._utils" } rebuild, PickleGlobal type, object?[] inner, _] && IsPlain(type) =>
                Call(rebuild, inner),
            ("torch._utils", "_rebuild_tensor" or "_rebuild_tensor_v2" or "_rebuild_tensor_v3" or "_rebuild_parameter") =>
                throw source.Error($"'{function}' is called with arguments of the wrong kinds; the pickle is damaged"),
            _ when Opaque.Contains(function) => new PickleObject(function, values),
            _ => throw source.Error(Unsafe(function, values)),
        };
    }

    /// <summary>Gives the storage that a persistent id names: ("storage", class, key, device, count). The device is only a hint.</summary>
    public TorchStorage Storage(object? id)
    {
        if (id is not object?[] parts
            || parts is not ["storage", PickleGlobal type, string or long, _, long count, .. var view]
            || view is not ([] or [null]))
        {
            throw source.Error("a storage is not declared as PyTorch does it; the pickle is damaged or unsafe");
        }

        if (count < 0)
        {
            throw source.Error($"storage '{parts[2]}' would have {count} values; the pickle is damaged");
        }

        var isUntyped = type is { Module: "torch.storage" or "torch", Name: "UntypedStorage" };
        var name = Convert.ToString(parts[2], System.Globalization.CultureInfo.InvariantCulture)!;
        var storage = new TorchStorage(name, isUntyped ? StoredType.U8 : StorageType(type), isUntyped, count);
        if (storages.TryGetValue(name, out var known) && known != storage)
        {
            throw source.Error($"storage '{name}' is declared twice, with different sizes or types; the pickle is damaged");
        }

        return storages[name] = storage;
    }

    private static bool IsPlain(PickleGlobal type) => type is { Module: "torch", Name: "Tensor" } or { Module: "torch.nn.parameter", Name: "Parameter" };

    private static string Unsafe(PickleGlobal function, object?[] arguments)
    {
        var named = arguments.OfType<PickleGlobal>().Select(argument => $"'{argument}'").ToArray();
        return $"it would call '{function}'{(named.Length > 0 ? " with " + string.Join(", ", named) : "")}, which loading weights does not need; "
            + "the file is refused as unsafe and nothing of it was run. If you trust it, save its state dict alone, best as safetensors";
    }

    private PickleDictionary Dictionary(PickleGlobal function, object?[] arguments)
    {
        var made = new PickleDictionary();
        var pairs = arguments switch
        {
            [] => [],
            [PickleDictionary other] => other.Items.Select(item => new[] { item.Key, item.Value }),
            [List<object?> list] => list.Select(Pair),
            [object?[] tuple] => tuple.Select(Pair),
            _ => throw source.Error($"'{function}' is called with arguments of the wrong kinds; the pickle is damaged"),
        };
        foreach (var pair in pairs)
        {
            if (pair is not [var key, var value] || !made.TrySet(key, value))
            {
                throw source.Error($"'{function}' is called with something other than pairs; the pickle is damaged");
            }

            if (++copiedPairs > MostCopiedPairs)
            {
                throw source.Error($"its dicts are copied from others with more than {MostCopiedPairs} pairs; the pickle is damaged or unsafe");
            }
        }

        return made;
    }

    private static object?[] Pair(object? item) => item switch
    {
        object?[] tuple => tuple,
        List<object?> list => [.. list],
        _ => [],
    };

    private long[] Integers(object?[] values) => values.All(value => value is long)
        ? Array.ConvertAll(values, value => (long)value!)
        : throw source.Error("a tensor's sizes or strides are not whole numbers of 64 bits; the pickle is damaged");

    private StoredType StorageType(PickleGlobal type) => (type.Module is "torch" or "torch.cuda" ? type.Name : "") switch
    {
        "FloatStorage" => StoredType.F32,
        "HalfStorage" => StoredType.F16,
        "BFloat16Storage" => StoredType.BF16,
        "DoubleStorage" => StoredType.F64,
        "LongStorage" => StoredType.I64,
        "IntStorage" => StoredType.I32,
        "ShortStorage" => StoredType.I16,
        "CharStorage" => StoredType.I8,
        "ByteStorage" => StoredType.U8,
        "BoolStorage" => StoredType.Bool,
        "ComplexFloatStorage" => StoredType.C64,
        "ComplexDoubleStorage" => StoredType.C128,
        _ => throw source.Error($"'{type}' is not a storage of plain numbers; the file is unsafe or holds quantized weights, which are not supported"),
    };

    private StoredType TypeOf(PickleGlobal type) => (type.Module == "torch" ? type.Name : "") switch
    {
        "float32" => StoredType.F32,
        "float16" => StoredType.F16,
        "bfloat16" => StoredType.BF16,
        "float64" => StoredType.F64,
        "int64" => StoredType.I64,
        "int32" => StoredType.I32,
        "int16" => StoredType.I16,
        "int8" => StoredType.I8,
        "uint8" => StoredType.U8,
        "uint16" => StoredType.U16,
        "uint32" => StoredType.U32,
        "uint64" => StoredType.U64,
        "bool" => StoredType.Bool,
        "complex64" => StoredType.C64,
        "complex128" => StoredType.C128,
        "float8_e4m3fn" => StoredType.F8E4M3,
        "float8_e5m2" => StoredType.F8E5M2,
        "float8_e8m0fnu" => StoredType.F8E8M0,
        "float8_e4m3fnuz" => StoredType.F8E4M3Fnuz,
        "float8_e5m2fnuz" => StoredType.F8E5M2Fnuz,
        _ => throw source.Error($"'{type}' is not a type of plain numbers, which weights are made of"),
    };
}
