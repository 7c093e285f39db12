using MaskUNet.Masking;
using MaskUNet.Tests.TestSupport;
using MaskUNet.UNet;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Tests.UNet;

/// <summary>Single modules at small or large inputs, where a wrong epsilon or GELU shows.</summary>
public class UNetModuleTests
{
    private const string Prefix = "output/unet.";

    public static IEnumerable<object[]> Modules =>
        from recording in RecordedPipelines.Recordings("sensitive")
        let pipeline = (string)recording[0]
        from output in Fixtures.Json(RecordedPipelines.Area, pipeline, "recordings", "sensitive.json")["outputs"]!.AsObject()
        where output.Key.StartsWith(Prefix, StringComparison.Ordinal)
        select new object[] { pipeline, output.Key[Prefix.Length..] };

    [FixtureTheory(RecordedPipelines.Area)]
    [MemberData(nameof(Modules))]
    public void A_module_gives_the_recorded_output_at_sensitive_inputs(string pipeline, string module)
    {
        using var scope = NewDisposeScope();
        var (index, tensors) = RecordedPipelines.Open(pipeline, "sensitive");
        using var unet = RecordedPipelines.UNet(pipeline);
        var ours = Run(unet, module, tensors["input/unet." + module], tensors);
        ours.ShouldMatch(tensors[Prefix + module], RecordedPipelines.Tolerance(index, Prefix + module), module);
    }

    private static Tensor Run(UNet2DConditionModel unet, string module, Tensor input, RecordedTensors tensors)
    {
        if (module == "conv_norm_out")
        {
            return unet.NormOut.Forward(input);
        }

        var masks = new BlockCall(NoMasks.Instance);
        var text = tensors["encoder_hidden_states"];
        var parts = module.Split('.');
        var (resnets, attentions, rest) = parts[0] switch
        {
            "down_blocks" => (unet.DownBlocks[int.Parse(parts[1])].Resnets, unet.DownBlocks[int.Parse(parts[1])].Attentions, parts[2..]),
            "up_blocks" => (unet.UpBlocks[int.Parse(parts[1])].Resnets, unet.UpBlocks[int.Parse(parts[1])].Attentions, parts[2..]),
            "mid_block" => (unet.MidBlock.Resnets, unet.MidBlock.Attentions, parts[1..]),
            _ => throw new NotSupportedException(module),
        };
        return rest switch
        {
            ["resnets", var i] => resnets[int.Parse(i)].Forward(input, nn.functional.silu(tensors["temb"]), masks),
            ["attentions", var i] => attentions[int.Parse(i)].Forward(input, text, masks),
            ["attentions", var i, "transformer_blocks", "0"] => attentions[int.Parse(i)].Block.Forward(input, text, masks),
            ["attentions", var i, "transformer_blocks", "0", "ff"] => attentions[int.Parse(i)].Block.FeedForward.Forward(input, masks),
            _ => throw new NotSupportedException(module),
        };
    }
}
