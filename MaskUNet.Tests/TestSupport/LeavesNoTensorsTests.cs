using System.Reflection;
using static TorchSharp.torch;

namespace MaskUNet.Tests.TestSupport;

public class LeavesNoTensorsTests
{
    [Fact]
    public void A_test_that_leaves_a_tensor_fails_and_one_that_frees_it_passes()
    {
        var attribute = new LeavesNoTensorsAttribute();
        var test = (MethodInfo)MethodBase.GetCurrentMethod()!;
        attribute.Before(test);
        var left = zeros(1);
        attribute.Invoking(a => a.After(test)).Should().Throw<Exception>().WithMessage("*freed*");
        left.Dispose();
        attribute.Invoking(a => a.After(test)).Should().NotThrow();
    }
}
