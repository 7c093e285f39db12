using System.Security.Cryptography;
using MaskUNet.Latents;
using MaskUNet.Masking;
using MaskUNet.Prompting;
using MaskUNet.Runtime;
using MaskUNet.Scheduling;
using MaskUNet.UNet;

namespace MaskUNet;

/// <summary>
/// Stable Diffusion 1.x and 2.x: prompt, text embedding, noise, (mask, masked U-Net, guidance, scheduler step) as often as there are
/// steps, decoder, picture.
/// </summary>
/// <remarks>
/// Safe to call from several threads at once. All native work runs on one thread of the pipeline's own, a step of each caller in turn.
/// The parts belong to the pipeline and are disposed with it.
/// </remarks>
public sealed class StableDiffusionPipeline : IImagePipeline
{
    private readonly NativeThread thread;
    private readonly ILatentEncoder? encoder;
    private readonly Lock disposing = new();
    private bool disposed;

    /// <summary>Puts a pipeline together from its parts, which now belong to it.</summary>
    /// <param name="textEncoder">Encodes prompts.</param>
    /// <param name="unet">Predicts.</param>
    /// <param name="decoder">Decodes latents; where it encodes too, image to image works.</param>
    /// <param name="scheduler">The scheduler of requests that name none.</param>
    /// <param name="masks">How masks are found for requests that do not say; none by default.</param>
    /// <param name="sampleSize">Height and width of the latents of requests that name no size; 64 for a model of 512 px.</param>
    /// <param name="thread">The thread to run on, which now belongs to the pipeline; one of its own by default.</param>
    public StableDiffusionPipeline(
        ITextEncoder textEncoder,
        IMaskedUNet unet,
        ILatentDecoder decoder,
        IDiffusionScheduler scheduler,
        MaskStrategy? masks = null,
        int sampleSize = 64,
        NativeThread? thread = null)
    {
        ArgumentNullException.ThrowIfNull(textEncoder);
        ArgumentNullException.ThrowIfNull(unet);
        ArgumentNullException.ThrowIfNull(decoder);
        ArgumentNullException.ThrowIfNull(scheduler);
        (TextEncoder, UNet, Decoder, Scheduler) = (textEncoder, unet, decoder, scheduler);
        encoder = decoder as ILatentEncoder;
        Masks = masks ?? MaskStrategy.None;
        SampleSize = sampleSize;
        this.thread = thread ?? new NativeThread($"MaskUNet {unet.Device}");
    }

    /// <summary>Encodes prompts.</summary>
    public ITextEncoder TextEncoder { get; }

    /// <summary>Predicts.</summary>
    public IMaskedUNet UNet { get; }

    /// <summary>Decodes latents.</summary>
    public ILatentDecoder Decoder { get; }

    /// <summary>The scheduler of requests that name none.</summary>
    public IDiffusionScheduler Scheduler { get; }

    /// <summary>How masks are found for requests that do not say.</summary>
    public MaskStrategy Masks { get; }

    /// <summary>Height and width of the latents of requests that name no size.</summary>
    public int SampleSize { get; }

    /// <summary>What mask strategies keep from run to run.</summary>
    internal MaskRun MaskRun { get; } = new();

    internal ILatentEncoder Encoder => encoder
        ?? throw new InvalidOptionException($"Image to image needs an encoder, and {Decoder.GetType().Name} only decodes; use a decoder that is an ILatentEncoder too.");

    /// <inheritdoc/>
    public async Task<ImageResult> GenerateAsync(
        ImageRequest request, IProgress<GenerationProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        ObjectDisposedException.ThrowIf(disposed, this);
        var scheduler = request.Scheduler
            ?? (request.SchedulerConfig is { } config ? SchedulerFactory.Create(config) : Scheduler);
        request.Validate(Decoder.DownscaleFactor, scheduler.TrainTimesteps);
        if (request.Image is not null)
        {
            _ = Encoder;
        }

        var resolved = Resolve(request, scheduler);
        resolved.Validate(Decoder.DownscaleFactor, scheduler.TrainTimesteps); // its size may be the input picture's or the model's
        using var run = new StableDiffusionRun(this, resolved, progress, cancellationToken);
        try
        {
            return await thread.RunAsync(run.Units(), cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (NativeFailure.Is(e))
        {
            throw NativeFailure.Explain(e, run.Activity);
        }
    }

    /// <summary>Lets the step that is running end, fails what is not done, and frees the models.</summary>
    public void Dispose()
    {
        lock (disposing)
        {
            if (disposed)
            {
                return;
            }

            disposed = true;
        }

        thread.Dispose();
        MaskRun.Dispose();
        TextEncoder.Dispose();
        UNet.Dispose();
        Decoder.Dispose();
        (Masks as IDisposable)?.Dispose();
        NativeMemory.Release(); // the thread gave back its own when it ended, before the weights were freed
    }

    /// <summary>The request with everything in it that the pipeline would choose.</summary>
    private ImageRequest Resolve(ImageRequest request, IDiffusionScheduler scheduler)
    {
        var size = (int)Math.Clamp((long)SampleSize * Decoder.DownscaleFactor, 0, int.MaxValue);
        var first = request.Seed ?? RandomNumberGenerator.GetInt32(int.MaxValue);
        return request with
        {
            Width = request.Width ?? Multiple(request.Image?.Width) ?? size,
            Height = request.Height ?? Multiple(request.Image?.Height) ?? size,
            Masks = LearnedMasks.Restored(request.Masks ?? Masks),
            Scheduler = scheduler,
            SchedulerConfig = null,
            Seed = request.Seeds is null ? first : null,
            Seeds = request.Seeds ?? (request.SharedGenerator ? [first] : [.. Enumerable.Range(0, request.Count).Select(i => first + i)]),
        };
    }

    private int? Multiple(int? pixels) =>
        pixels is { } given ? Math.Max(1, given / Decoder.DownscaleFactor) * Decoder.DownscaleFactor : null;
}
