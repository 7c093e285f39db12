using MaskUNet.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Tests.Runtime;

public class ComputeDeviceTests
{
    [Theory]
    [InlineData(null)]
    [InlineData("cpu")]
    [InlineData("CPU")]
    public void Nothing_and_cpu_are_the_CPU(string? name)
    {
        var device = ComputeDevice.Parse(name);
        device.type.Should().Be(DeviceType.CPU);
        using var tensor = zeros(1, device: device);
        tensor.device_type.Should().Be(DeviceType.CPU);
    }

    [Theory]
    [InlineData("")]
    [InlineData("gpu")]
    [InlineData("cpu:0")]
    [InlineData("cuda:")]
    [InlineData("cuda:-1")]
    [InlineData("cuda:x")]
    [InlineData("cuda:0:1")]
    [InlineData("cuda:99999999999")]
    [InlineData(" cpu")]
    public void Any_other_word_is_refused_and_quoted(string name) =>
        FluentActions.Invoking(() => ComputeDevice.Parse(name)).Should().Throw<InvalidOptionException>().WithMessage($"'{name}' is not a device*cuda:0*");

    [Fact]
    public void A_GPU_that_is_not_there_is_refused_with_what_it_takes()
    {
        var missing = cuda.is_available() ? $"cuda:{cuda.device_count()}" : "cuda:0";
        FluentActions.Invoking(() => ComputeDevice.Parse(missing)).Should().Throw<InvalidOptionException>().WithMessage($"*'{missing}' is not there*");
    }
}
