using System.IO.Compression;
using MaskUNet.Checkpoints;
using MaskUNet.Tests.TestSupport;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Tests.Checkpoints;

public class LargeTensorTests
{
    [Fact]
    public void A_tensor_read_in_many_pieces_is_whole_and_in_order()
    {
        using var folder = new TemporaryFolder();
        using var scope = NewDisposeScope();
        var values = arange(20_000_003, float32).remainder(2048).to(float16); // half precision counts to 2048
        SafetensorsWriter.Write(folder["x"], new Dictionary<string, Tensor> { ["first"] = ones(1, ScalarType.Byte), ["x"] = values });
        using var file = new SafetensorsFile(folder["x"]);
        file.Read("x").ShouldEqualBitForBit(values, "as stored");
        file.Read("x", [values.numel()], ScalarType.Float32, CPU).ShouldEqualBitForBit(values.to(float32), "converted");
    }

    [Theory]
    [InlineData(ScalarType.Float16)]
    [InlineData(ScalarType.Float32)]
    public void The_checksum_of_a_storage_that_is_read_in_many_pieces_is_that_of_the_whole(ScalarType dataType)
    {
        using var folder = new TemporaryFolder();
        using var scope = NewDisposeScope();
        var values = arange(20_000_003, float32).remainder(2048).to(float16);
        WriteTorchZip(folder["x"], values);
        using (var file = new PyTorchFile(folder["x"]))
        {
            for (var time = 0; time < 2; time++) // the second one finds the checksum known
            {
                file.Read("x", values.shape, dataType, CPU).ShouldEqualBitForBit(values.to(dataType), $"time {time}");
            }
        }

        using (var damage = new FileStream(folder["x"], FileMode.Open))
        {
            damage.Position = damage.Length - (values.bytes.Length / 4); // in the last piece
            var bit = damage.ReadByte() ^ 1;
            damage.Position--;
            damage.WriteByte((byte)bit);
        }

        using var damaged = new PyTorchFile(folder["x"]);
        var read = () => damaged.Read("x", values.shape, dataType, CPU);
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        read.Should().Throw<CheckpointException>().WithMessage("*'archive/data/0'*checksum*");
        DisposeScopeManager.Statistics.ThreadTotalLiveCount.Should().Be(before, "nothing of a damaged tensor is kept");
    }

    private static void WriteTorchZip(string path, Tensor halves)
    {
        using var archive = ZipFile.Open(path, ZipArchiveMode.Create);
        using (var pickle = archive.CreateEntry("archive/data.pkl", CompressionLevel.NoCompression).Open())
        {
            byte[] count = [(byte)'J', .. BitConverter.GetBytes((int)halves.numel())];
            pickle.Write([0x80, 2, .. "}X\x01\0\0\0xctorch._utils\n_rebuild_tensor_v2\n(("u8]);
            pickle.Write([.. "X\x07\0\0\0storagectorch\nHalfStorage\nX\x01\0\0\u00000X\x03\0\0\0cpu"u8, .. count, .. "tQK\0"u8]);
            pickle.Write([.. count, 0x85, (byte)'K', 1, 0x85, 0x89, .. "ccollections\nOrderedDict\n)RtRs."u8]);
        }

        using var storage = archive.CreateEntry("archive/data/0", CompressionLevel.NoCompression).Open();
        storage.Write(halves.bytes);
    }

    [Fact]
    public void A_file_cut_while_it_is_open_is_refused()
    {
        using var folder = new TemporaryFolder();
        using var scope = NewDisposeScope();
        SafetensorsWriter.Write(folder["x"], new Dictionary<string, Tensor> { ["x"] = zeros(20_000_000) });
        using var file = new SafetensorsFile(folder["x"]);
        using (var cut = new FileStream(folder["x"], FileMode.Open, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete))
        {
            cut.SetLength(1_000_000);
        }

        FluentActions.Invoking(() => file.Read("x")).Should().Throw<CheckpointException>().WithMessage("*truncated*");
    }
}
