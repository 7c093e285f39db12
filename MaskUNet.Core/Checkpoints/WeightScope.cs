using static TorchSharp.torch;

namespace MaskUNet.Checkpoints;

/// <summary>A prefix of state-dict keys: a layer asks its scope for <c>weight</c> and gets <c>down_blocks.0.resnets.0.conv1.weight</c>.</summary>
/// <param name="Weights">The weights of the model.</param>
/// <param name="Prefix">The prefix with its closing dot, or empty at the root.</param>
public readonly record struct WeightScope(ModelWeights Weights, string Prefix)
{
    /// <summary>The scope of a child module.</summary>
    /// <param name="child">Its name, without dots at either end.</param>
    public WeightScope this[string child] => new(Weights, $"{Prefix}{child}.");

    /// <summary>The scope of a numbered child module.</summary>
    /// <param name="child">Its number.</param>
    public WeightScope this[int child] => this[child.ToString(System.Globalization.CultureInfo.InvariantCulture)];

    /// <summary>The module's path: the prefix without its closing dot.</summary>
    public string Path => Prefix.TrimEnd('.');

    /// <summary>Takes one weight; see <see cref="ModelWeights.Take"/>.</summary>
    /// <param name="name">Its name within the scope.</param>
    /// <param name="shape">The shape that the model needs.</param>
    public Tensor Take(string name, params long[] shape) => Weights.Take(Prefix + name, shape);
}
