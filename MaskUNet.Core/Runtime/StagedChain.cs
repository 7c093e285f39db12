using MaskUNet.Kernels;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Runtime;

/// <summary>
/// Functions in a row and the chain rule through them, with little memory. Stages that are given few numbers are differentiated as usual; of the others
/// the way forward keeps the input alone, and the way back computes one again and frees it before the next (gradient checkpointing). No native function
/// calls managed code for it, so an exception in a stage stays an exception.
/// </summary>
/// <param name="stages">The functions. They leave their inputs alone.</param>
/// <param name="cancellation">Looked at before each of them.</param>
/// <param name="few">What counts as few numbers; null (default) for what keeps the decoder's graph small beside the models.</param>
internal sealed class StagedChain(IReadOnlyList<Func<Tensor, Tensor>> stages, CancellationToken cancellation, long? few = null) : IDisposable
{
    private const long Many = 1 << 23; // beside stages of so many, the holes of what came before count

    /// <summary>
    /// 256 channels of 512 x 512 pixels; 512 of 128 x 128 where convolutions are libtorch's, which keep their inputs for the way back.
    /// </summary>
    private static readonly long Few = WinogradFunction.IsSupported ? 1 << 26 : Many;

    private readonly Stack<Segment> segments = [];
    private long most; // numbers that a stage was given

    /// <summary>The result, without gradients, in the caller's dispose scope.</summary>
    /// <param name="input">It stays the caller's.</param>
    public Tensor Forward(Tensor input)
    {
        using var frozen = no_grad();
        var value = input.detach();
        for (var next = 0; next < stages.Count;)
        {
            var segment = new Segment(value.requires_grad_().DetachFromDisposeScope());
            segments.Push(segment);
            if (IsLarge(value))
            {
                segment.Stage = stages[next++];
                value = Run(segment.Stage, segment.Input);
            }
            else
            {
                next = Record(segment, next);
                value = segment.Recorded!.detach();
            }
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
        while (segments.TryPop(out var popped))
        {
            using var segment = popped;
            using var scope = NewDisposeScope();
            Descend(segment.Recorded ?? Run(segment.Stage!, segment.Input), passed);
            passed = segment.Input.grad!.MoveToOuterDisposeScope();
        }

        return passed;
    }

    /// <summary>Frees what the way back has not.</summary>
    public void Dispose()
    {
        while (segments.TryPop(out var segment))
        {
            segment.Dispose();
        }
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

    private bool IsLarge(Tensor input) => input.numel() > (few ?? Few);

    /// <summary>Runs stages with gradients, as long as they are given few numbers.</summary>
    /// <param name="segment">Takes the result.</param>
    /// <param name="next">The first of them.</param>
    /// <returns>The first that is not run.</returns>
    private int Record(Segment segment, int next)
    {
        using var recording = enable_grad();
        var value = segment.Input;
        do
        {
            var result = Run(stages[next++], value).DetachFromDisposeScope();
            segment.Recorded?.Dispose(); // the graph keeps what it needs
            segment.Recorded = value = result;
        }
        while (next < stages.Count && !IsLarge(value));

        return next;
    }

    /// <summary>Where stages are given many numbers, what was freed goes back to the system: the holes of what came before would stay beside what comes.</summary>
    private void Release()
    {
        if (most > Many)
        {
            NativeMemory.Release();
        }
    }

    private Tensor Run(Func<Tensor, Tensor> stage, Tensor input)
    {
        cancellation.ThrowIfCancellationRequested();
        most = Math.Max(most, input.numel());
        using var scope = NewDisposeScope();
        return stage(input).MoveToOuterDisposeScope();
    }

    /// <summary>A large stage, or small ones in a row.</summary>
    /// <param name="input">A leaf.</param>
    private sealed class Segment(Tensor input) : IDisposable
    {
        public Tensor Input { get; } = input;

        /// <summary>The large stage.</summary>
        public Func<Tensor, Tensor>? Stage { get; set; }

        /// <summary>What the small ones make of the leaf, with the graph between them.</summary>
        public Tensor? Recorded { get; set; }

        public void Dispose()
        {
            Input.Dispose();
            Recorded?.Dispose();
        }
    }
}
