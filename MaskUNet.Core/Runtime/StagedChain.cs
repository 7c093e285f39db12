using MaskUNet.Kernels;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Runtime;

/// <summary>
/// Functions in a row and the chain rule through them, with little memory. The first stages, as long as they work on few numbers, are
/// differentiated as usual; of the others the way forward keeps the input alone, and the way back computes one again and frees it before
/// the next (gradient checkpointing). No native function calls managed code for it, so an exception in a stage stays an exception.
/// </summary>
/// <param name="stages">The functions. They leave their inputs alone.</param>
/// <param name="cancellation">Looked at before each of them.</param>
/// <param name="few">What counts as few numbers; null (default) for what keeps the decoder's graph small beside the models.</param>
internal sealed class StagedChain(IReadOnlyList<Func<Tensor, Tensor>> stages, CancellationToken cancellation, long? few = null) : IDisposable
{
    /// <summary>
    /// 512 channels of 256 x 256 pixels; of 128 x 128 where convolutions are libtorch's, which keep their inputs for the way back.
    /// </summary>
    private static readonly long Few = WinogradFunction.IsSupported ? 1 << 25 : 1 << 23;

    private readonly Stack<Tensor> inputs = [];
    private Tensor? leaf;
    private Tensor? recorded; // what the first stages make of the leaf, with the graph between them

    /// <summary>The result, without gradients, in the caller's dispose scope.</summary>
    /// <param name="input">It stays the caller's.</param>
    public Tensor Forward(Tensor input)
    {
        using var frozen = no_grad();
        leaf = input.detach().requires_grad_().DetachFromDisposeScope();
        var next = Record();
        var value = recorded!.detach();
        foreach (var stage in stages.Skip(next))
        {
            inputs.Push(value.DetachFromDisposeScope());
            value = Run(stage, value);
        }

        Release();
        return value;
    }

    /// <summary>The gradient by the input, in the caller's dispose scope. Once, after <see cref="Forward"/>.</summary>
    /// <param name="gradient">That by the result; it stays the caller's.</param>
    public Tensor Backward(Tensor gradient)
    {
        using var recording = enable_grad();
        var passed = gradient.alias();
        Release();
        for (var i = stages.Count - 1; inputs.Count > 0; i--)
        {
            using var scope = NewDisposeScope();
            using var input = inputs.Pop();
            var point = input.detach().requires_grad_();
            Descend(Run(stages[i], point), passed);
            passed = point.grad!.MoveToOuterDisposeScope();
        }

        if (ReferenceEquals(recorded, leaf))
        {
            return passed;
        }

        using var last = NewDisposeScope();
        Descend(recorded!, passed);
        return leaf!.grad!.MoveToOuterDisposeScope();
    }

    /// <summary>Frees what the way back has not.</summary>
    public void Dispose()
    {
        leaf?.Dispose();
        recorded?.Dispose();
        foreach (var input in inputs)
        {
            input.Dispose();
        }

        inputs.Clear();
    }

    /// <summary>
    /// A backward pass from a result whose gradient is known. Frees both before it begins: the graph keeps what it needs and lets it go when it has
    /// been there, which of large pictures saves some hundred MB.
    /// </summary>
    /// <param name="result">The end of the graph.</param>
    /// <param name="gradient">Of the same shape.</param>
    internal static void Descend(Tensor result, Tensor gradient)
    {
        using var sum = result.Then(values => values * gradient).Then(product => product.sum());
        gradient.Dispose();
        sum.backward();
    }

    /// <summary>Runs the first stages with gradients.</summary>
    /// <returns>How many they are.</returns>
    private int Record()
    {
        using var recording = enable_grad();
        recorded = leaf!;
        var count = 0;
        for (; count < stages.Count && recorded.numel() <= (few ?? Few); count++)
        {
            var result = Run(stages[count], recorded);
            if (count > 0)
            {
                recorded.Dispose(); // the graph keeps what it needs
            }

            recorded = result.DetachFromDisposeScope();
        }

        return count;
    }

    /// <summary>
    /// Where there are large stages, what was freed goes back to the system: the holes of what came before would stay beside what comes.
    /// </summary>
    private void Release()
    {
        if (inputs.Count > 0)
        {
            NativeMemory.Release();
        }
    }

    private Tensor Run(Func<Tensor, Tensor> stage, Tensor input)
    {
        cancellation.ThrowIfCancellationRequested();
        using var scope = NewDisposeScope();
        return stage(input).MoveToOuterDisposeScope();
    }
}
