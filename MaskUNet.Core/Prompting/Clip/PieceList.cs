namespace MaskUNet.Prompting.Clip;

/// <summary>The pieces of a word while pairs of them are joined: a linked list within arrays.</summary>
internal sealed class PieceList
{
    private const int None = -1;

    private readonly int[] ids;
    private readonly int[] before;
    private readonly int[] after;

    /// <summary>Starts with single pieces.</summary>
    /// <param name="ids">Their ids, which this object changes.</param>
    public PieceList(int[] ids)
    {
        this.ids = ids;
        before = [.. Enumerable.Range(-1, ids.Length)];
        after = [.. Enumerable.Range(1, ids.Length)];
        if (ids.Length > 0)
        {
            after[^1] = None;
        }
    }

    /// <summary>The number of pieces at the start; a place keeps its number.</summary>
    public int Length => ids.Length;

    /// <summary>The ids at a place and behind it; null at the end, before the start, and where the piece was joined to the one before it.</summary>
    public (int Left, int Right)? PairAt(int place) =>
        place == None || ids[place] == None || after[place] == None ? null : (ids[place], ids[after[place]]);

    /// <summary>The place before, or -1.</summary>
    public int Before(int place) => before[place];

    /// <summary>Joins a piece with the next one.</summary>
    /// <param name="place">The first piece's place, which the joint piece keeps.</param>
    /// <param name="id">The joint piece's id.</param>
    public void Join(int place, int id)
    {
        var right = after[place];
        ids[place] = id;
        ids[right] = None;
        after[place] = after[right];
        if (after[place] != None)
        {
            before[after[place]] = place;
        }
    }

    /// <summary>Appends the ids that are left.</summary>
    public void CopyTo(List<int> target)
    {
        for (var place = ids.Length > 0 ? 0 : None; place != None; place = after[place])
        {
            target.Add(ids[place]);
        }
    }
}
