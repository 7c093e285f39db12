using System.IO.Compression;
using System.Text;
using MaskUNet.Checkpoints;
using MaskUNet.Tests.TestSupport;

namespace MaskUNet.Tests.Checkpoints;

/// <summary>Small pickles that ask for much.</summary>
public sealed class HostilePickleTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_dict_that_is_copied_over_and_over_is_refused()
    {
        const int Pairs = 20_000, Copies = 1_000;
        var path = Write(pickle =>
        {
            pickle.Write("ccollections\nOrderedDict\nq\0"u8 + "0}("u8);
            for (var i = 0; i < Pairs; i++)
            {
                pickle.Write([(byte)'J', .. BitConverter.GetBytes(i), (byte)'N']);
            }

            pickle.Write("uq\u00010"u8);
            for (var i = 0; i < Copies; i++)
            {
                pickle.Write([(byte)'h', 0, (byte)'h', 1, 0x85, (byte)'R', (byte)'0']);
            }

            pickle.Write("}"u8);
        });

        var open = () => new PyTorchFile(path);

        open.Should().Throw<CheckpointException>().WithMessage("*copied*");
    }

    [Fact]
    public void A_text_of_megabytes_in_the_place_of_weights_is_cut_in_the_message()
    {
        const int Length = 1 << 20;
        var path = Write(pickle =>
        {
            pickle.Write([(byte)'X', .. BitConverter.GetBytes(Length)]);
            pickle.Write(Encoding.ASCII.GetBytes(new string('a', Length)));
        });

        var open = () => new PyTorchFile(path);

        open.Should().Throw<CheckpointException>().Which.Message.Should().Contain("holds no tensors").And.Subject.Length.Should().BeLessThan(1000);
    }

    [Fact]
    public void A_number_of_megabytes_in_the_place_of_weights_is_not_printed()
    {
        const int Length = 1 << 20;
        var path = Write(pickle => pickle.Write([0x8B, .. BitConverter.GetBytes(Length), .. Enumerable.Repeat((byte)0x55, Length)]));

        var open = () => new PyTorchFile(path);

        open.Should().Throw<CheckpointException>().Which.Message.Length.Should().BeLessThan(1000);
    }

    private string Write(Action<Stream> content)
    {
        var path = folder["hostile.pt"];
        using var archive = ZipFile.Open(path, ZipArchiveMode.Create);
        using var pickle = archive.CreateEntry("archive/data.pkl", CompressionLevel.NoCompression).Open();
        pickle.Write([0x80, 2]);
        content(pickle);
        pickle.Write("."u8);
        return path;
    }
}
