using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Runtime;

/// <summary>
/// Functions in a row and the chain rule through them, for few tensors at a time: the way forward keeps each stage's input alone, the way
/// back computes a stage again and frees it before the next (gradient checkpointing). No native function calls managed code on its way
/// back, so an exception in a stage stays an exception.
/// </summary>
internal sealed class StagedChain(IReadOnlyList<Func<Tensor, Tensor>> stages, CancellationToken cancellation) : IDisposable
{
    private readonly Stack<Tensor> inputs = [];

    /// <summary>The result, without gradients, in the caller's dispose scope.</summary>
    /// <param name="input">It stays the caller's.</param>
    public Tensor Forward(Tensor input)
    {
        using var frozen = no_grad();
        var value = input.alias();
        foreach (var stage in stages)
        {
            cancellation.ThrowIfCancellationRequested();
            inputs.Push(value.DetachFromDisposeScope());
            value = Run(stage, value);
        }

        return value;
    }

    /// <summary>The gradient by the input, in the caller's dispose scope. Once after each <see cref="Forward"/>.</summary>
    /// <param name="gradient">That by the result; it stays the caller's.</param>
    public Tensor Backward(Tensor gradient)
    {
        using var recording = enable_grad();
        var passed = gradient.alias();
        for (var i = stages.Count - 1; i >= 0; i--)
        {
            cancellation.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            using var input = inputs.Pop();
            using var upper = passed;
            var leaf = input.detach().requires_grad_();
            (stages[i](leaf) * upper).sum().backward();
            passed = leaf.grad!.MoveToOuterDisposeScope();
        }

        return passed;
    }

    /// <summary>Frees what <see cref="Backward"/> has not.</summary>
    public void Dispose()
    {
        foreach (var input in inputs)
        {
            input.Dispose();
        }

        inputs.Clear();
    }

    private static Tensor Run(Func<Tensor, Tensor> stage, Tensor input)
    {
        using var scope = NewDisposeScope();
        return stage(input).MoveToOuterDisposeScope();
    }
}
