using System.Buffers.Binary;
using System.Numerics;
using System.Text;

namespace MaskUNet.Checkpoints.PyTorch;

/// <summary>
/// Reads a pickle of protocol 2 to 5 as data. It builds lists, dicts, tuples, numbers and texts itself and leaves every call to
/// <see cref="TorchObjects"/>, which knows a short list of them; no Python code is looked up or run.
/// </summary>
/// <remarks>The instructions are those of Python's <c>pickletools</c>; text forms of protocol 0 and the extension registry are left out.</remarks>
internal sealed class PickleMachine
{
    private const int HighestProtocol = 5;

    private readonly PickleStream source;
    private readonly PickleStack stack;
    private readonly TorchObjects objects;

    private PickleMachine(PickleStream source)
    {
        this.source = source;
        stack = new(source);
        objects = new(source);
    }

    /// <summary>Reads one pickle, up to its end and no further.</summary>
    /// <returns>
    /// null, bool, long, <see cref="BigInteger"/>, double, string, byte[], object?[] (a tuple), <see cref="List{T}"/>,
    /// <see cref="PickleDictionary"/>, <see cref="PickleGlobal"/>, <see cref="PickleObject"/>, <see cref="TorchStorage"/>
    /// or <see cref="TorchTensor"/>.
    /// </returns>
    public static object? Load(PickleStream source) => Load(source, out _);

    /// <summary>Reads one pickle, and gives all storages that it declares, by key.</summary>
    public static object? Load(PickleStream source, out IReadOnlyDictionary<string, TorchStorage> storages)
    {
        var machine = new PickleMachine(source);
        while (source.ReadByte() is var code && code != '.')
        {
            machine.Run(code);
        }

        storages = machine.objects.Storages;
        return machine.stack.Pop();
    }

    private void Run(byte code)
    {
        switch (code)
        {
            case 0x80: // PROTO
                if (source.ReadByte() is var protocol and > HighestProtocol)
                {
                    throw source.Error($"pickle protocol {protocol} is unknown; {HighestProtocol} is the highest");
                }

                break;
            case 0x95: // FRAME: a hint for buffering
                source.ReadNumber(8);
                break;
            case (byte)'(':
                stack.Mark();
                break;
            case (byte)'0': // POP
                stack.Discard();
                break;
            case (byte)'1': // POP_MARK
                stack.PopToMark();
                break;
            case (byte)'2': // DUP
                stack.Push(stack.Top);
                break;
            case 0x94: // MEMOIZE
                stack.Remember();
                break;
            case (byte)'q': // BINPUT
                stack.Remember(source.ReadByte());
                break;
            case (byte)'r': // LONG_BINPUT
                stack.Remember(source.ReadNumber(4));
                break;
            case (byte)'a': // APPEND
                Append([stack.Pop()]);
                break;
            case (byte)'e': // APPENDS
                Append(stack.PopToMark());
                break;
            case 0x90: // ADDITEMS: a set's items are kept as a list
                Append(stack.PopToMark());
                break;
            case (byte)'s': // SETITEM
                SetItems(stack.Pop(2));
                break;
            case (byte)'u': // SETITEMS
                SetItems(stack.PopToMark());
                break;
            case (byte)'b': // BUILD
                Build(stack.Pop());
                break;
            default:
                stack.Push(Value(code));
                break;
        }
    }

    /// <summary>Runs an instruction that leaves one more value on the stack, and gives that value.</summary>
    private object? Value(byte code) => code switch
    {
        (byte)'N' => null,
        0x88 => true,
        0x89 => false,
        (byte)'J' => (long)(int)source.ReadNumber(4),
        (byte)'K' => (long)source.ReadByte(),
        (byte)'M' => (long)source.ReadNumber(2),
        0x8A => Integer(source.ReadByte()), // LONG1
        0x8B => Integer(source.ReadNumber(4)), // LONG4
        (byte)'G' => BinaryPrimitives.ReadDoubleBigEndian(source.ReadBytes(8)),
        0x8C => source.ReadText(source.ReadByte()), // SHORT_BINUNICODE
        (byte)'X' => source.ReadText(source.ReadNumber(4)), // BINUNICODE
        0x8D => source.ReadText(source.ReadNumber(8)), // BINUNICODE8
        (byte)'U' => Encoding.Latin1.GetString(source.ReadBytes(source.ReadByte())), // SHORT_BINSTRING, of Python 2
        (byte)'T' => Encoding.Latin1.GetString(source.ReadBytes(source.ReadNumber(4))), // BINSTRING
        (byte)'C' => source.ReadBytes(source.ReadByte()), // SHORT_BINBYTES
        (byte)'B' => source.ReadBytes(source.ReadNumber(4)), // BINBYTES
        0x8E or 0x96 => source.ReadBytes(source.ReadNumber(8)), // BINBYTES8, BYTEARRAY8
        (byte)')' => Array.Empty<object?>(),
        0x85 => stack.Pop(1), // TUPLE1
        0x86 => stack.Pop(2),
        0x87 => stack.Pop(3),
        (byte)'t' => stack.PopToMark(), // TUPLE
        (byte)']' or 0x8F => new List<object?>(), // EMPTY_LIST, EMPTY_SET
        (byte)'l' or 0x91 => stack.PopToMark().ToList(), // LIST, FROZENSET
        (byte)'}' => new PickleDictionary(),
        (byte)'d' => FilledDictionary(), // DICT
        (byte)'h' => stack.Recall(source.ReadByte()), // BINGET
        (byte)'j' => stack.Recall(source.ReadNumber(4)), // LONG_BINGET
        (byte)'c' => new PickleGlobal(source.ReadLine(), source.ReadLine()),
        0x93 => StackGlobal(stack.Pop(2)),
        (byte)'R' or 0x81 => Call(stack.Pop(2)), // REDUCE, NEWOBJ
        0x92 => NewObject(stack.Pop(3)), // NEWOBJ_EX
        (byte)'Q' => objects.Storage(stack.Pop()), // BINPERSID
        _ => throw source.Error($"the instruction 0x{code:X2} has no place in a checkpoint; the pickle is damaged or unsafe"),
    };

    private object Integer(ulong bytes) => new BigInteger(source.ReadBytes(bytes)) switch
    {
        var number when number >= long.MinValue && number <= long.MaxValue => (long)number,
        var number => (object)number,
    };

    private PickleDictionary FilledDictionary()
    {
        var (items, made) = (stack.PopToMark(), new PickleDictionary());
        Set(made, items);
        return made;
    }

    private PickleGlobal StackGlobal(object?[] names) => names is [string module, string name]
        ? new PickleGlobal(module, name)
        : throw source.Error("a global's name is not a text; the pickle is damaged or unsafe");

    private object? Call(object?[] call) => objects.Call(call[0], call[1]);

    private object? NewObject(object?[] call) => call[2] is PickleDictionary { Count: 0 }
        ? objects.Call(call[0], call[1])
        : throw source.Error($"it calls '{call[0]}' with named arguments, which no checkpoint needs; the file is unsafe");

    private void Append(object?[] items)
    {
        if (stack.Top is not List<object?> list)
        {
            throw source.Error("items are appended to something that is not a list; the pickle is damaged");
        }

        list.AddRange(items);
    }

    private void SetItems(object?[] items)
    {
        if (stack.Top is not PickleDictionary dictionary)
        {
            throw source.Error("items are set in something that is not a dict; the pickle is damaged");
        }

        Set(dictionary, items);
    }

    private void Set(PickleDictionary dictionary, object?[] items)
    {
        if (items.Length % 2 != 0)
        {
            throw source.Error("a dict's key has no value; the pickle is damaged");
        }

        for (var i = 0; i < items.Length; i += 2)
        {
            if (!dictionary.TrySet(items[i], items[i + 1]))
            {
                throw source.Error("a list or dict is used as a key; the pickle is damaged");
            }
        }
    }

    private void Build(object? state)
    {
        switch (stack.Top)
        {
            case PickleObject made:
                made.State = state;
                break;
            case PickleDictionary when state is PickleDictionary or Array:
                break; // attributes of an OrderedDict, such as a module's _metadata
            default:
                throw source.Error("a state is given to something that has none; the pickle is damaged or unsafe");
        }
    }
}
