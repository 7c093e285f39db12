using MaskUNet.Checkpoints;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Prompting.Clip;

/// <summary>The activation between the two layers of a CLIP transformer's MLP.</summary>
public enum ClipActivation
{
    /// <summary>x sigmoid(1.702 x): OpenAI's CLIP, so Stable Diffusion 1.</summary>
    QuickGelu,

    /// <summary>The exact (erf) GELU: OpenCLIP, so Stable Diffusion 2.</summary>
    Gelu,
}

/// <summary>Reads and applies an activation.</summary>
internal static class ClipActivations
{
    private const double QuickGeluSlope = 1.702;
    private const string QuickGelu = "quick_gelu";
    private const string Gelu = "gelu";

    /// <summary>The activation that a <c>config.json</c> of transformers names.</summary>
    /// <exception cref="CheckpointException">It names one that this library does not have.</exception>
    public static ClipActivation Read(ConfigReader config)
    {
        config.Require("hidden_act", QuickGelu, Gelu);
        return config.Text("hidden_act", QuickGelu) == Gelu ? ClipActivation.Gelu : ClipActivation.QuickGelu;
    }

    public static Tensor Apply(this ClipActivation activation, Tensor input)
    {
        if (activation == ClipActivation.Gelu)
        {
            return nn.functional.gelu(input);
        }

        using var scope = NewDisposeScope();
        return (input * (input * QuickGeluSlope).sigmoid()).MoveToOuterDisposeScope();
    }
}
