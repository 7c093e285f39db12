using System.Reflection;
using Xunit.Sdk;
using static TorchSharp.torch;

namespace MaskUNet.Tests.TestSupport;

/// <summary>Fails a test after which more tensors are alive than before it, forgotten ones included that the finalizer has yet to find.</summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method)]
public sealed class LeavesNoTensorsAttribute : BeforeAfterTestAttribute
{
    private long before;

    public override void Before(MethodInfo methodUnderTest)
    {
        GC.Collect(); // what earlier tests forgot must not be freed, and counted as ours, during this one
        GC.WaitForPendingFinalizers();
        before = Tensor.TotalCount;
    }

    public override void After(MethodInfo methodUnderTest) => (Tensor.TotalCount - before)
        .Should().BeLessThanOrEqualTo(0, "tensors that a test makes must be freed by its end");
}
