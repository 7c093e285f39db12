using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Tests.TestSupport;

/// <summary>Pictures that follow from a name: coarse squares with noise, the rule of the rewards' README.md.</summary>
internal static class FormulaImage
{
    private const int Channels = 3, Squares = 8;

    /// <summary>[3, height, width], float32 in [0, 1].</summary>
    public static Tensor Create(string name, int height, int width)
    {
        var grid = FormulaWeights.Input(name + "/grid", Channels * Squares * Squares, 0, 1);
        var noise = FormulaWeights.Input(name + "/noise", Channels * height * width, 0, 1);
        var values = new float[noise.Length];
        for (var i = 0; i < values.Length; i++)
        {
            var (c, y, x) = (i / (height * width), i / width % height, i % width);
            values[i] = (float)((0.7 * grid[(((c * Squares) + (y * Squares / height)) * Squares) + (x * Squares / width)]) + (0.3 * noise[i]));
        }

        return tensor(values, [Channels, height, width]);
    }
}
