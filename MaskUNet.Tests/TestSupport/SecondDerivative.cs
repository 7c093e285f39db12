using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Tests.TestSupport;

/// <summary>Whether a gradient can itself be differentiated.</summary>
internal static class SecondDerivative
{
    /// <summary>The gradient by the input of the squares of the gradient of the output's cubes.</summary>
    /// <param name="input">A leaf.</param>
    /// <param name="output">What was made of it.</param>
    public static Tensor Of(Tensor input, Tensor output)
    {
        var gradient = autograd.grad([output.pow(3).sum()], [input], retain_graph: true, create_graph: true)[0];
        return autograd.grad([gradient.square().sum()], [input])[0];
    }
}
