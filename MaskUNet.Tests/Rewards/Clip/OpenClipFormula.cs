using MaskUNet.Checkpoints;
using MaskUNet.Rewards.Clip;
using MaskUNet.Tests.TestSupport;
using static TorchSharp.torch;

namespace MaskUNet.Tests.Rewards.Clip;

/// <summary>Formula weights by open_clip's names: a source of the layout that is recognised and renamed.</summary>
internal sealed class OpenClipFormula(ClipConfig config) : IWeightSource
{
    private readonly FormulaWeights formula = new();

    public string Name => formula.Name;

    public IReadOnlyDictionary<string, TensorEntry> Entries { get; } =
        Shapes(config).ToDictionary(entry => entry.Name, entry => new TensorEntry(entry.Name, ScalarType.Float32, entry.Shape));

    public Tensor Read(string name, IReadOnlyList<long> shape, ScalarType dataType, Device device) => formula.Read(name, shape, dataType, device);

    private static IEnumerable<(string Name, long[] Shape)> Shapes(ClipConfig config)
    {
        var (text, vision, shared) = (config.Text, config.Vision, config.ProjectionSize);
        return
        [
            ("logit_scale", []),
            ("token_embedding.weight", [text.VocabularySize, text.HiddenSize]),
            ("positional_embedding", [text.Positions, text.HiddenSize]),
            ("text_projection", [text.HiddenSize, shared]),
            ("visual.class_embedding", [vision.HiddenSize]),
            ("visual.positional_embedding", [vision.Positions, vision.HiddenSize]),
            ("visual.proj", [vision.HiddenSize, shared]),
            ("visual.conv1.weight", [vision.HiddenSize, 3, vision.PatchSize, vision.PatchSize]),
            .. Norm("ln_final", text.HiddenSize),
            .. Norm("visual.ln_pre", vision.HiddenSize),
            .. Norm("visual.ln_post", vision.HiddenSize),
            .. Blocks("transformer", text.Layers, text.HiddenSize, text.IntermediateSize),
            .. Blocks("visual.transformer", vision.Layers, vision.HiddenSize, vision.IntermediateSize),
        ];
    }

    private static IEnumerable<(string Name, long[] Shape)> Blocks(string tower, int layers, long width, long mlp) =>
        Enumerable.Range(0, layers).Select(i => $"{tower}.resblocks.{i}").SelectMany(block => ((string, long[])[])
        [
            .. Norm($"{block}.ln_1", width),
            .. Norm($"{block}.ln_2", width),
            ($"{block}.attn.in_proj_weight", [3 * width, width]),
            ($"{block}.attn.in_proj_bias", [3 * width]),
            .. Linear($"{block}.attn.out_proj", width, width),
            .. Linear($"{block}.mlp.c_fc", width, mlp),
            .. Linear($"{block}.mlp.c_proj", mlp, width),
        ]);

    private static (string Name, long[] Shape)[] Norm(string name, long width) => [($"{name}.weight", [width]), ($"{name}.bias", [width])];

    private static (string Name, long[] Shape)[] Linear(string name, long from, long to) => [($"{name}.weight", [to, from]), ($"{name}.bias", [to])];
}
