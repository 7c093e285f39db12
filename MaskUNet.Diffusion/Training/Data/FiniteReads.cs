namespace MaskUNet.Training;

/// <summary>
/// A file to read, for a reader that trusts what it reads: damaged sizes and offsets make Parquet.Net wait for ever at the end of a file, or go
/// round in it. Here both end in an exception. Reads are synchronous under all names, so that nobody's thread is waited for.
/// </summary>
/// <param name="file">The file, which is disposed with this.</param>
internal sealed class FiniteReads(FileStream file) : Stream
{
    // A sound file is read once, but for its first and last bytes and what is read ahead.
    private long left = (2 * file.Length) + (1 << 20);

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length => file.Length;

    public override long Position
    {
        get => file.Position;
        set => file.Position = value;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        var read = file.Read(buffer);
        left -= read;
        return (read > 0 || buffer.IsEmpty) && left >= 0 ? read : throw new EndOfStreamException("sizes or offsets in it lead out of the file, or round in it.");
    }

    public override int ReadByte()
    {
        Span<byte> one = stackalloc byte[1];
        return Read(one) > 0 ? one[0] : -1;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        Task.FromResult(Read(buffer, offset, count));

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => new(Read(buffer.Span));

    public override long Seek(long offset, SeekOrigin origin) => file.Seek(offset, origin);

    public override void Flush()
    {
    }

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            file.Dispose();
        }

        base.Dispose(disposing);
    }
}
