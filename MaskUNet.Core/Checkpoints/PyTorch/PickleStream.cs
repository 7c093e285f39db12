using System.Text;

namespace MaskUNet.Checkpoints.PyTorch;

/// <summary>The bytes of one pickle, read forwards. A length is believed only as far as the file goes.</summary>
internal sealed class PickleStream
{
    private const int LongestLine = 4096;
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly byte[] buffer = new byte[1 << 16];
    private readonly CheckpointBytes file;
    private readonly string entry;
    private readonly long begin;
    private readonly long end;
    private long next; // of the file, after the buffer
    private int at;
    private int filled;

    /// <param name="file">The checkpoint.</param>
    /// <param name="entry">What messages call the pickle, as <c>archive/data.pkl</c>.</param>
    /// <param name="begin">Where it begins.</param>
    /// <param name="end">Where it ends at the latest.</param>
    public PickleStream(CheckpointBytes file, string entry, long begin, long end)
    {
        (this.file, this.entry, this.begin, this.end) = (file, entry, begin, end);
        next = begin;
    }

    /// <summary>The offset in the file of the next byte.</summary>
    public long Position => next - (filled - at);

    private long Remaining => end - Position;

    public byte ReadByte()
    {
        if (at == filled)
        {
            Refill();
        }

        return buffer[at++];
    }

    public byte[] ReadBytes(ulong count)
    {
        if (count > (ulong)Remaining)
        {
            throw Error($"{count} bytes should follow, but only {Remaining} do; the pickle is damaged or truncated");
        }

        if (count > (ulong)Array.MaxLength)
        {
            throw Error($"it holds a single value of {count} bytes, more than any checkpoint needs");
        }

        var bytes = new byte[count];
        var buffered = Math.Min(bytes.Length, filled - at);
        buffer.AsSpan(at, buffered).CopyTo(bytes);
        at += buffered;
        if (buffered < bytes.Length)
        {
            file.Read(next, bytes.AsSpan(buffered));
            next += bytes.Length - buffered;
        }

        return bytes;
    }

    /// <summary>An unsigned little-endian number of so many bytes.</summary>
    public ulong ReadNumber(int bytes)
    {
        var number = 0UL;
        for (var i = 0; i < bytes; i++)
        {
            number |= (ulong)ReadByte() << (8 * i);
        }

        return number;
    }

    public string ReadText(ulong bytes)
    {
        try
        {
            return Utf8.GetString(ReadBytes(bytes));
        }
        catch (DecoderFallbackException e)
        {
            throw Error("a text is not valid UTF-8; the pickle is damaged", e);
        }
    }

    /// <summary>The text up to the next line feed, which is left out.</summary>
    public string ReadLine()
    {
        var line = new StringBuilder();
        for (var c = ReadByte(); c != '\n'; c = ReadByte())
        {
            if (line.Length == LongestLine)
            {
                throw Error("a name has no end; the pickle is damaged");
            }

            line.Append((char)c);
        }

        return line.ToString();
    }

    public CheckpointException Error(string reason, Exception? cause = null) => file.Error($"{entry}, byte {Position - begin}: {reason}", cause);

    private void Refill()
    {
        filled = (int)Math.Min(buffer.Length, end - next);
        at = 0;
        if (filled == 0)
        {
            throw Error("it ends too early; the pickle is damaged or truncated");
        }

        file.Read(next, buffer.AsSpan(0, filled));
        next += filled;
    }
}
