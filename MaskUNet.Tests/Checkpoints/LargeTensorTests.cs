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
