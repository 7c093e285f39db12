using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using MaskUNet.Runtime;
using MaskUNet.Tests.Pipelines.StandIns;
using MaskUNet.Tests.TestSupport;
using static TorchSharp.torch;

namespace MaskUNet.Tests.Pipelines;

[LeavesNoTensors]
[SuppressMessage("Usage", "CA2201", Justification = "These play what the runtime and TorchSharp throw.")]
public class ModelFailureTests
{
    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.NegativeInfinity)]
    public async Task What_is_no_number_in_the_U_Net_is_an_error_with_step_and_remedy(float value)
    {
        using var pipeline = StandInPipeline.Create((evaluation, sample) => evaluation == 3 ? sample.clone().index_fill_(3, zeros(1, int64), value) : sample * 0.1);
        var draw = () => pipeline.GenerateAsync(StandInPipeline.Request);
        (await draw.Should().ThrowAsync<NumericalException>())
            .WithMessage("The U-Net gave NaN or infinity in step 3 of 5 (timestep 400): 8 of 16 values. Lower the guidance scale*checkpoint*");
        (await draw()).Images.Should().ContainSingle("the pipeline goes on after a failed run");
    }

    [Fact]
    public async Task What_is_no_number_in_the_decoder_is_an_error_with_image_and_remedy()
    {
        using var pipeline = StandInPipeline.Create(decode: latents => full([1, 3, 16, 16], float.NaN));
        await pipeline.Awaiting(p => p.GenerateAsync(StandInPipeline.Request with { ImagesPerPrompt = 2 }))
            .Should().ThrowAsync<NumericalException>()
                .WithMessage("The decoder gave NaN or infinity for image 1 of 2: 768 of 768 values.*checkpoint*");
    }

    [Theory]
    [InlineData(ScalarType.Float16)]
    [InlineData(ScalarType.BFloat16)]
    public void Narrow_types_are_advised_to_be_loaded_wider(ScalarType type)
    {
        using var scope = NewDisposeScope();
        var check = () => FiniteCheck.Check(full([2], float.PositiveInfinity, type), "The part", "in its place");
        check
            .Should().Throw<NumericalException>().WithMessage($"The part gave NaN or infinity in its place: 2 of 2 values. {type} may be too narrow*float32*");
    }

    [Fact]
    public async Task Memory_that_runs_out_is_an_error_with_what_was_done_and_remedies()
    {
        using var pipeline = StandInPipeline.Create((evaluation, sample) => evaluation == 2 ? zeros(1L << 50) : sample * 0.1);
        (await pipeline.Awaiting(p => p.GenerateAsync(StandInPipeline.Request)).Should().ThrowAsync<TensorMemoryException>())
            .WithMessage("Memory ran out while drawing step 2 of 5 of 1 picture(s) of 16 x 16 pixels (*smaller*fewer*BFloat16*strips*")
            .Which.Message.Should().NotContain("\n");
    }

    public static TheoryData<Exception> OutOfMemory => new()
    {
        new OutOfMemoryException(),
        new ExternalException("DefaultCPUAllocator: not enough memory: you tried to allocate 34359738368 bytes."),
        new ExternalException("CUDA out of memory. Tried to allocate 2.00 GiB.\nException raised from malloc"),
    };

    [Theory]
    [MemberData(nameof(OutOfMemory))]
    public async Task The_same_on_a_GPU_on_Windows_in_managed_memory_and_in_the_decoder(Exception failure)
    {
        using var pipeline = StandInPipeline.Create(decode: _ => throw failure);
        (await pipeline.Awaiting(p => p.GenerateAsync(StandInPipeline.Request)).Should().ThrowAsync<TensorMemoryException>())
            .WithMessage("Memory ran out while decoding image 1 of 1 picture(s)*").WithInnerException(failure.GetType());
    }

    [Fact]
    public async Task Another_failure_of_libtorch_comes_without_its_stack()
    {
        using var pipeline = StandInPipeline.Create((_, sample) => sample + ones(3));
        (await pipeline.Awaiting(p => p.GenerateAsync(StandInPipeline.Request)).Should().ThrowAsync<MaskUNetException>())
            .WithMessage("libtorch failed while drawing step 1 of 5*The size of tensor a*")
            .Which.Message.Should().NotContain("\n");
    }
}
