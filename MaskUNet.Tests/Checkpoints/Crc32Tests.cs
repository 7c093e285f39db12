using System.Text;
using MaskUNet.Checkpoints.PyTorch;

namespace MaskUNet.Tests.Checkpoints;

public class Crc32Tests
{
    [Fact]
    public void The_check_value_of_the_standard_comes_out() =>
        Crc32.Append(0, Encoding.ASCII.GetBytes("123456789")).Should().Be(0xCBF43926);

    [Fact]
    public void Every_length_gives_what_bit_by_bit_division_gives_whole_or_in_parts()
    {
        var bytes = new byte[700];
        new Random(bytes.Length).NextBytes(bytes);
        for (var length = 0; length <= bytes.Length; length++)
        {
            var truth = BitByBit(bytes.AsSpan(0, length));
            Crc32.Append(0, bytes.AsSpan(0, length)).Should().Be(truth);
            Crc32.Append(Crc32.Append(0, bytes.AsSpan(0, length / 3)), bytes.AsSpan(length / 3, length - (length / 3))).Should().Be(truth);
            (~Crc32.ByTable(uint.MaxValue, bytes.AsSpan(0, length))).Should().Be(truth);
        }
    }

    private static uint BitByBit(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var value in bytes)
        {
            crc ^= value;
            for (var bit = 0; bit < 8; bit++)
            {
                crc = (crc & 1) == 0 ? crc >> 1 : (crc >> 1) ^ 0xEDB88320;
            }
        }

        return ~crc;
    }
}
