using MaskUNet.Checkpoints;
using MaskUNet.Rewards.Clip;
using MaskUNet.Shapes.Scenes;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Shapes.TrainRewards;

/// <summary>
/// What an ImageReward's training begins with: as the original began with BLIP's vision transformer, it has that of a CLIP of the same
/// sizes; the rest is drawn.
/// </summary>
/// <remarks>
/// BLIP's transformer lacks CLIP's first normalisation. Its means and factors go into the patches' and positions' weights, exactly; what it
/// divides by is taken to be the same for all patches, their mean over some scenes.
/// </remarks>
internal sealed class ClipVisionStart(ClipModel clip, IWeightSource rest) : IWeightSource
{
    private const string Blip = "blip.visual_encoder.";
    private const string Clip = "vision_model.";
    private const string Head = "mlp.";
    private const int Scenes = 64;

    // The head is five linear layers in a row: each must keep its input's deviation, or the first gradients vanish.
    private static readonly double HeadGain = Math.Sqrt(3);

    private readonly Lazy<double> deviation = new(() => Deviation(clip));

    public string Name => $"CLIP's vision transformer and {rest.Name}";

    public IReadOnlyDictionary<string, TensorEntry>? Entries => null;

    public Tensor Read(string name, IReadOnlyList<long> shape, ScalarType dataType, Device device)
    {
        using var quiet = no_grad();
        using var scope = NewDisposeScope();
        if (!name.StartsWith(Blip, StringComparison.Ordinal))
        {
            var drawn = rest.Read(name, shape, dataType, device);
            return (name.StartsWith(Head, StringComparison.Ordinal) ? drawn * HeadGain : drawn.alias()).MoveToOuterDisposeScope();
        }

        return Vision(name[Blip.Length..].Split('.')).reshape([.. shape]).to(dataType, device).clone().MoveToOuterDisposeScope();
    }

    private Tensor Vision(string[] name) => name switch
    {
        ["cls_token"] => zeros_like(Of("embeddings.class_embedding")), // it is in its position
        ["pos_embed"] => cat([FirstNorm(Of("embeddings.class_embedding") + Positions[..1]), Folded(Positions[1..]) + Of("pre_layrnorm.bias")]),
        ["patch_embed", "proj", "weight"] => Folded(Of("embeddings.patch_embedding.weight").flatten(1).t()).t(),
        ["patch_embed", "proj", "bias"] => zeros_like(Of("pre_layrnorm.bias")),
        ["blocks", var layer, "attn", "qkv", var parameter] =>
            cat([.. new[] { "q_proj", "k_proj", "v_proj" }.Select(part => Of($"encoder.layers.{layer}.self_attn.{part}.{parameter}"))]),
        ["blocks", var layer, "attn", "proj", var parameter] => Of($"encoder.layers.{layer}.self_attn.out_proj.{parameter}"),
        ["blocks", var layer, "norm1", var parameter] => Of($"encoder.layers.{layer}.layer_norm1.{parameter}"),
        ["blocks", var layer, "norm2", var parameter] => Of($"encoder.layers.{layer}.layer_norm2.{parameter}"),
        ["blocks", var layer, "mlp", var linear, var parameter] => Of($"encoder.layers.{layer}.mlp.{linear}.{parameter}"),
        ["norm", var parameter] => Of($"post_layernorm.{parameter}"),
        _ => throw new CheckpointException($"A CLIP has nothing for '{string.Join('.', name)}' of a BLIP."),
    };

    private Tensor Positions => Of("embeddings.position_embedding.weight");

    private Tensor Of(string name) => clip.Weights[Clip + name];

    private Tensor FirstNorm(Tensor rows) =>
        nn.functional.layer_norm(rows, [rows.shape[^1]], Of("pre_layrnorm.weight"), Of("pre_layrnorm.bias"), clip.Config.Vision.LayerNormEps);

    /// <summary>Rows [N, D] as the first normalisation makes them, but for its bias.</summary>
    private Tensor Folded(Tensor rows) => (rows - rows.mean([-1], keepdim: true)) * Of("pre_layrnorm.weight") / deviation.Value;

    private static double Deviation(ClipModel clip)
    {
        using var scope = NewDisposeScope();
        var source = new SceneSource(Recipe.Seed);
        var pixels = ClipPixels.Normalize(cat([.. Enumerable.Range(0, Scenes).Select(i => source[i].Render().ToUnitTensor())]));
        var patches = nn.functional.conv2d(
            pixels, clip.Weights[$"{Clip}embeddings.patch_embedding.weight"], strides: [clip.Config.Vision.PatchSize, clip.Config.Vision.PatchSize]);
        var rows = patches.flatten(2).transpose(1, 2) + clip.Weights[$"{Clip}embeddings.position_embedding.weight"].narrow(0, 1, patches.shape[2] * patches.shape[3]);
        return rows.std(-1, unbiased: false).mean().item<float>();
    }
}
