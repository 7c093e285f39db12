using MaskUNet.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Tests.Runtime;

public class NativeTorchTests
{
    [Fact]
    public void TorchSharp_loads_in_this_process_and_draws_PyTorchs_numbers()
    {
        NativeTorch.EnsureLoaded();
        using var scope = NewDisposeScope();
        var noise = randn([1, 4, 64, 64], generator: new Generator(42, CPU));
        noise.data<float>().Take(3).Should().Equal([1.926915f, 1.4872841f, 0.9007172f], (a, b) => Math.Abs(a - b) < 1e-6);
    }
}
