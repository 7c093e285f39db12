namespace MaskUNet.Training;

/// <summary>Keeps the row groups that were asked for last. Safe to share between threads, which wait for each other only for the same row group.</summary>
/// <param name="capacity">How many are kept.</param>
/// <param name="read">Reads a row group.</param>
internal sealed class RowGroupCache(int capacity, Func<int, ParquetRows> read)
{
    private readonly Lock gate = new();
    private readonly List<(int Group, Lazy<ParquetRows> Rows)> recent = [];

    public ParquetRows this[int group]
    {
        get
        {
            var rows = Recent(group);
            try
            {
                return rows.Value;
            }
            catch
            {
                Forget(rows); // a drive may come back
                throw;
            }
        }
    }

    private Lazy<ParquetRows> Recent(int group)
    {
        lock (gate)
        {
            var known = recent.FindIndex(entry => entry.Group == group);
            var rows = known < 0 ? new Lazy<ParquetRows>(() => read(group)) : recent[known].Rows;
            if (known >= 0 || recent.Count == capacity)
            {
                recent.RemoveAt(known >= 0 ? known : capacity - 1);
            }

            recent.Insert(0, (group, rows));
            return rows;
        }
    }

    private void Forget(Lazy<ParquetRows> failed)
    {
        lock (gate)
        {
            recent.RemoveAll(entry => entry.Rows == failed);
        }
    }
}
