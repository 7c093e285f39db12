using MaskUNet.Masking;
using MaskUNet.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.UNet;

/// <summary>
/// Masks whose gradients the decoder half gives with little memory (gradient checkpointing): the way forward keeps what each stage is given and
/// the masks, and <see cref="Backward"/> computes one stage again at a time, with the same masks and the same operators, so that not a bit
/// differs. No native function calls managed code for it, so an exception in a stage stays an exception.
/// </summary>
/// <remarks>
/// For one call of <see cref="IMaskedUNet.Decode"/>. The prediction is a leaf: a backward pass from what follows ends there, and
/// <see cref="Backward"/> goes on. A U-Net that does not know this class takes it for a mask generator like any other, and so does ours where
/// gradients are wanted of more than the masks; then the first backward pass does all and <see cref="Backward"/> nothing.
/// </remarks>
/// <param name="masks">Where the masks come from. Those of different layers have nothing but leaves in common.</param>
/// <param name="wanted">True for every picture, false for none, null (default) for very large ones.</param>
internal sealed class DecoderCheckpoints(IMaskGenerator masks, bool? wanted = null) : IMaskGenerator, IDisposable
{
    /// <summary>
    /// What the first skip holds of a picture too large to keep the decoder half's graph. Stable Diffusion's is of 2.6 million numbers at 512 pixels with
    /// guidance, where the graph takes 1.1 GB.
    /// </summary>
    private const long TooMany = 1 << 22;

    private const long Many = 1 << 20; // below, what was freed is not worth giving back

    private readonly Stack<Stage> stages = [];
    private readonly Dictionary<string, Mask?> drawn = new(StringComparer.Ordinal);
    private readonly List<Tensor> kept = [];
    private List<string> drawnInStage = [];
    private Tensor? result;
    private bool isLarge;

    /// <summary>Whether the decoder half went by stages.</summary>
    public bool IsUsed { get; private set; }

    /// <inheritdoc/>
    public bool MasksEncoder => masks.MasksEncoder;

    /// <inheritdoc/>
    public ILayerMasks Begin(MaskedBlock block) => IsUsed ? new Remembered(masks.Begin(block), this) : masks.Begin(block);

    /// <summary>Begins, where nothing but masks has gradients and nobody looks on.</summary>
    /// <param name="features">What the decoder half is given.</param>
    /// <param name="time">What it makes of the time embedding; kept for the way back.</param>
    /// <returns>Whether the stages go through <see cref="Run"/>.</returns>
    public bool Begin(UNetFeatures features, Tensor time)
    {
        var size = features.Skips[0].numel();
        isLarge = size >= Many;
        if (!(wanted ?? size >= TooMany) || !is_grad_enabled() || features.Observer is not null
            || features.Tensors.Append(features.EncoderHiddenStates).Any(tensor => tensor.requires_grad))
        {
            return false;
        }

        kept.Add(time.DetachFromDisposeScope());
        return IsUsed = true;
    }

    /// <summary>Runs the next stage.</summary>
    /// <param name="stage">The stage. It leaves its input alone.</param>
    /// <param name="input">What the stage before gave.</param>
    /// <returns>In the caller's dispose scope.</returns>
    public Tensor Run(Func<Tensor, Tensor> stage, Tensor input)
    {
        using var scope = NewDisposeScope();
        drawnInStage = [];
        var output = stage(input); // recorded, so that the operators are those of the way back
        if (!output.requires_grad)
        {
            return output.MoveToOuterDisposeScope(); // no masks yet
        }

        // The encoder half's output is not ours to free, so it gets a handle of its own.
        stages.Push(new Stage(stage, (input.requires_grad ? input : input.detach()).DetachFromDisposeScope(), drawnInStage));
        return result = output.detach().requires_grad_().MoveToOuterDisposeScope();
    }

    /// <summary>Holds the last result for <see cref="Backward"/>.</summary>
    public void End() => result?.DetachFromDisposeScope();

    /// <summary>Goes on with a backward pass that has reached the prediction, as far as the leaves behind the masks.</summary>
    /// <param name="cancellation">Looked at before each stage.</param>
    public void Backward(CancellationToken cancellation)
    {
        using var recording = enable_grad();
        while (stages.Count > 0)
        {
            cancellation.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            using var above = result!;
            var stage = stages.Pop();
            result = stage.Input;
            if (above.grad is { } gradient)
            {
                StagedChain.Descend(stage.Run(stage.Input), gradient);
            }

            foreach (var layer in stage.Layers)
            {
                drawn.Remove(layer, out var mask);
                mask?.Backward();
                mask?.Dispose();
            }
        }
    }

    /// <summary>
    /// Gives freed memory back to the system where the picture is large: what decodes the prediction works in other sizes, and would have this
    /// half's holes beside it.
    /// </summary>
    public void ReleaseMemory()
    {
        if (isLarge)
        {
            NativeMemory.Release();
        }
    }

    /// <summary>Frees what the way back has not.</summary>
    public void Dispose()
    {
        result?.Dispose();
        foreach (var tensor in kept.Concat(stages.Select(stage => stage.Input)))
        {
            tensor.Dispose();
        }

        foreach (var mask in drawn.Values)
        {
            mask?.Dispose();
        }

        stages.Clear();
        drawn.Clear();
        kept.Clear();
    }

    private Tensor? Draw(ILayerMasks source, MaskableLayer layer)
    {
        if (!drawn.TryGetValue(layer.Name, out var mask))
        {
            drawnInStage.Add(layer.Name);
            drawn[layer.Name] = mask = source.For(layer) is { } made ? new Mask(made) : null;
        }

        return mask?.Leaf;
    }

    private sealed record Stage(Func<Tensor, Tensor> Run, Tensor Input, IReadOnlyList<string> Layers);

    /// <summary>A mask with the graph behind it, and as the layers see it.</summary>
    private sealed class Mask(Tensor made) : IDisposable
    {
        private readonly Tensor made = made.DetachFromDisposeScope();

        public Tensor Leaf { get; } = (made.requires_grad ? made.detach().requires_grad_() : made.detach()).DetachFromDisposeScope();

        public void Backward()
        {
            if (Leaf.grad is { } gradient)
            {
                StagedChain.Descend(made, gradient);
            }
        }

        public void Dispose()
        {
            made.Dispose();
            Leaf.Dispose();
        }
    }

    private sealed class Remembered(ILayerMasks source, DecoderCheckpoints owner) : ILayerMasks
    {
        public Tensor? For(MaskableLayer layer) => owner.Draw(source, layer);
    }
}
