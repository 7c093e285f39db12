using MaskUNet.Masking;
using MaskUNet.Tests.TestSupport;
using MaskUNet.UNet;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Tests.UNet;

[LeavesNoTensors]
public class UNet2DConditionModelTests
{
    private const string Area = RecordedPipelines.Area;

    public static IEnumerable<object[]> Pipelines => RecordedPipelines.Names.Select(name => new object[] { name });

    public static IEnumerable<object[]> Recordings => RecordedPipelines.Recordings("unet-");

    [FixtureTheory(Area)]
    [MemberData(nameof(Recordings))]
    public void Output_and_gradients_are_the_recorded_ones(string pipeline, string recording)
    {
        using var scope = NewDisposeScope();
        var (index, tensors) = RecordedPipelines.Open(pipeline, recording);
        using var unet = RecordedPipelines.UNet(pipeline);
        foreach (var (name, ours) in Run(unet, tensors))
        {
            ours.ShouldMatch(tensors[name], RecordedPipelines.Tolerance(index, name), name);
        }
    }

    [FixtureTheory(Area)]
    [MemberData(nameof(Recordings))]
    public void In_float64_output_and_gradients_meet_the_truth_to_a_millionth(string pipeline, string recording)
    {
        using var scope = NewDisposeScope();
        var (_, tensors) = RecordedPipelines.Open(pipeline, recording);
        using var unet = RecordedPipelines.UNet(pipeline, ScalarType.Float64);
        foreach (var (name, ours) in Run(unet, tensors))
        {
            ours.ShouldMatch(tensors[name], 1e-6, name);
        }
    }

    [FixtureTheory(Area)]
    [MemberData(nameof(Pipelines))]
    public void The_timestep_embedding_is_the_recorded_one(string pipeline)
    {
        using var scope = NewDisposeScope();
        var (index, tensors) = RecordedPipelines.Open(pipeline, "timestep");
        using var unet = RecordedPipelines.UNet(pipeline);
        foreach (var suffix in (string[])["", "_float"])
        {
            var timesteps = tensors["timesteps" + suffix];
            unet.TimeEmbedding.Project(timesteps).ShouldMatch(tensors["time_proj" + suffix], RecordedPipelines.Tolerance(index, "time_proj" + suffix), "time_proj" + suffix);
            unet.TimeEmbedding.Forward(timesteps, float32, new BlockCall(NoMasks.Instance)).ShouldMatch(tensors["time_embedding" + suffix], RecordedPipelines.Tolerance(index, "time_embedding" + suffix), "time_embedding" + suffix);
        }
    }

    [FixtureTheory(Area)]
    [MemberData(nameof(Pipelines))]
    public void A_forward_on_the_meta_device_leaves_no_tensor_on_the_cpu(string pipeline)
    {
        using var scope = NewDisposeScope();
        using var unet = RecordedPipelines.UNet(pipeline, ScalarType.Float16, META);
        var input = new UNetInput(
            empty(2, unet.InChannels, 16, 8, dtype: float16, device: META),
            empty(2, dtype: float32, device: META),
            empty(2, 77, unet.Config.CrossAttentionDim, dtype: float16, device: META));
        var output = unet.Decode(unet.Encode(input, NoMasks.Instance), NoMasks.Instance);
        output.device_type.Should().Be(DeviceType.META);
        output.shape.Should().Equal(2, unet.Config.OutChannels, 16, 8);
    }

    [FixtureTheory(Area)]
    [MemberData(nameof(Pipelines))]
    public void A_source_that_fails_half_way_leaves_no_weight(string pipeline)
    {
        using var whole = RecordedPipelines.UNet(pipeline);

        var build = () => new UNet2DConditionModel(whole.Config, new BreakingWeights(reads: 15));

        build.Should().Throw<IOException>();
    }

    [FixtureTheory(Area)]
    [MemberData(nameof(Pipelines))]
    public void Sizes_that_make_no_model_are_refused_before_any_weight_is_read(string pipeline)
    {
        using var whole = RecordedPipelines.UNet(pipeline);

        var build = () => new UNet2DConditionModel(whole.Config with { UpBlockTypes = [] }, new BreakingWeights(reads: 0));

        build.Should().Throw<CheckpointException>().WithMessage("*up_block_types has 0 entries*");
    }

    [FixtureTheory(Area)]
    [MemberData(nameof(Pipelines))]
    public void Input_of_another_type_or_batch_is_refused(string pipeline)
    {
        using var scope = NewDisposeScope();
        using var unet = RecordedPipelines.UNet(pipeline);
        var input = Input(unet);

        Refused(input with { Sample = input.Sample.to(float64) }).WithMessage("*sample is Float64*");
        Refused(input with { EncoderHiddenStates = input.EncoderHiddenStates.to(float16) }).WithMessage("*text embedding is Float16*");
        Refused(input with { Timesteps = zeros(3) }).WithMessage("*timesteps [3]*batch of 2*");

        FluentAssertions.Specialized.ExceptionAssertions<InvalidOptionException> Refused(UNetInput refused) =>
            FluentActions.Invoking(() => unet.Encode(refused, NoMasks.Instance)).Should().Throw<InvalidOptionException>();
    }

    [FixtureTheory(Area)]
    [MemberData(nameof(Pipelines))]
    public void Features_of_another_model_are_refused(string pipeline)
    {
        using var scope = NewDisposeScope();
        using var unet = RecordedPipelines.UNet(pipeline);
        using var deeper = new UNet2DConditionModel(unet.Config with { LayersPerBlock = unet.Config.LayersPerBlock + 1 }, new FormulaWeights());
        using var exact = RecordedPipelines.UNet(pipeline, ScalarType.Float64);

        Refused(deeper).WithMessage("*another model*");
        Refused(exact).WithMessage("*Float64*");

        FluentAssertions.Specialized.ExceptionAssertions<InvalidOptionException> Refused(UNet2DConditionModel other) =>
            FluentActions.Invoking(() => unet.Decode(other.Encode(Input(other), NoMasks.Instance), NoMasks.Instance)).Should().Throw<InvalidOptionException>();
    }

    private static UNetInput Input(UNet2DConditionModel unet) => new(
        zeros(2, unet.InChannels, 8, 8, unet.DataType), zeros(1), zeros(2, 7, unet.Config.CrossAttentionDim, unet.DataType));

    private static Dictionary<string, Tensor> Run(UNet2DConditionModel unet, RecordedTensors tensors)
    {
        var sample = tensors["sample"].to(unet.DataType).requires_grad_();
        var text = tensors["encoder_hidden_states"].to(unet.DataType).requires_grad_();
        var gradients = tensors.Names.Where(name => name.StartsWith("grad/", StringComparison.Ordinal)).ToDictionary(name => name, name => name["grad/".Length..] switch
        {
            "sample" => sample,
            "encoder_hidden_states" => text,
            var weight => unet.Weights[weight].requires_grad_(),
        });
        var features = unet.Encode(new UNetInput(sample, tensors["timesteps"], text), NoMasks.Instance);
        var output = unet.Decode(features, NoMasks.Instance);
        (output * tensors["loss_weight"].to(unet.DataType)).sum().backward();
        var results = gradients.ToDictionary(pair => pair.Key, pair => pair.Value.grad!);
        results["output"] = output;
        return results;
    }
}
