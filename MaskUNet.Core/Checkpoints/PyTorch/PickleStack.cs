namespace MaskUNet.Checkpoints.PyTorch;

/// <summary>The stack, marks and memo of an unpickler, which no damaged pickle can take below its bottom.</summary>
internal sealed class PickleStack(PickleStream source)
{
    private readonly List<object?> values = [];
    private readonly Stack<int> marks = [];
    private readonly Dictionary<ulong, object?> memo = [];

    /// <summary>The value on top.</summary>
    public object? Top => values.Count > Floor ? values[^1] : throw source.Error("a value is missing on the stack; the pickle is damaged");

    private int Floor => marks.TryPeek(out var mark) ? mark : 0;

    public void Push(object? value) => values.Add(value);

    public object? Pop()
    {
        var top = Top;
        values.RemoveAt(values.Count - 1);
        return top;
    }

    /// <summary>Takes so many values from the top, in the order in which they were pushed.</summary>
    public object?[] Pop(int count)
    {
        var taken = new object?[count];
        for (var i = count - 1; i >= 0; i--)
        {
            taken[i] = Pop();
        }

        return taken;
    }

    public void Mark() => marks.Push(values.Count);

    /// <summary>Takes everything above the last mark, and the mark.</summary>
    public object?[] PopToMark()
    {
        if (!marks.TryPop(out var mark))
        {
            throw source.Error("a mark is missing on the stack; the pickle is damaged");
        }

        var taken = values[mark..].ToArray();
        values.RemoveRange(mark, values.Count - mark);
        return taken;
    }

    /// <summary>Drops the value on top, or the mark where that is on top.</summary>
    public void Discard()
    {
        if (marks.Count > 0 && values.Count == Floor)
        {
            marks.Pop();
        }
        else
        {
            Pop();
        }
    }

    public void Remember() => memo[(ulong)memo.Count] = Top;

    public void Remember(ulong index) => memo[index] = Top;

    public object? Recall(ulong index) => memo.TryGetValue(index, out var value)
        ? value
        : throw source.Error($"it refers to value {index}, which was never stored; the pickle is damaged");
}
