using System.Text.Json.Nodes;
using MaskUNet.Training;
using MaskUNet.UNet;
using static TorchSharp.torch;

namespace MaskUNet.Masking;

/// <summary>
/// The training-based method of the paper (section 3.2): at every step a <see cref="LearnedMaskModel"/> makes masks of the features and the
/// timestep, one a sample; under guidance the two halves get different ones.
/// </summary>
/// <remarks>
/// A file is read by the first run of a pipeline that needs it, and its weights are freed with the pipeline. A model given to
/// <see cref="Of"/> stays its owner's and must outlive the runs.
/// </remarks>
public sealed class LearnedMasks : MaskStrategy
{
    private const long SeedTag = 0x6D61736B; // so that masks and latents of one seed have nothing in common

    private readonly string? path;
    private readonly LearnedMaskModel? model;
    private readonly LearnedMaskOptions options;

    /// <summary>Creates the strategy for a file.</summary>
    /// <param name="path">A file of <see cref="LearnedMaskModel.Save"/>.</param>
    /// <param name="options">How masks are drawn; the paper's way if null.</param>
    /// <exception cref="CheckpointException">The file is missing, damaged, or holds no learned masks.</exception>
    /// <exception cref="InvalidOptionException">An option is out of range.</exception>
    public LearnedMasks(string path, LearnedMaskOptions? options = null)
        : this(options)
    {
        ArgumentNullException.ThrowIfNull(path);
        LearnedMaskFile.Open(path).Dispose();
        this.path = path;
    }

    private LearnedMasks(LearnedMaskModel model, LearnedMaskOptions? options)
        : this(options) => this.model = model;

    private LearnedMasks(LearnedMaskOptions? options)
    {
        this.options = options ?? new();
        this.options.GumbelSigmoid.Validate();
        var problems = new OptionProblems();
        problems.Within(nameof(options.Noise), Enum.IsDefined(this.options.Noise), this.options.Noise, "one of " + string.Join(", ", Enum.GetNames<MaskNoiseSource>()));
        problems.Refuse("learned masks");
    }

    /// <summary>The strategy for a model in memory.</summary>
    /// <param name="model">The model.</param>
    /// <param name="options">How masks are drawn; the paper's way if null.</param>
    /// <exception cref="InvalidOptionException">An option is out of range.</exception>
    public static LearnedMasks Of(LearnedMaskModel model, LearnedMaskOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        return new LearnedMasks(model, options);
    }

    /// <inheritdoc/>
    public override Tensor Predict(IDenoisingStep step)
    {
        ArgumentNullException.ThrowIfNull(step);
        var masks = step.Run.Keep((this, nameof(LearnedMaskModel)), () => ModelFor(step));
        var noise = step.Run.Keep((this, nameof(MaskNoise)), () => MaskNoise.Create(options.Noise, Seeds(step)));
        return step.Predict(masks.Model.Masks(options.GumbelSigmoid, noise, step.Index));
    }

    /// <inheritdoc/>
    public override JsonObject Describe() => new()
    {
        [MaskDescriptions.Kind] = MaskDescriptions.Learned,
        [MaskDescriptions.File] = path,
        ["hard"] = options.GumbelSigmoid.Hard,
        ["temperature"] = options.GumbelSigmoid.Temperature,
        ["threshold"] = options.GumbelSigmoid.Threshold,
        ["gumbelNoise"] = options.GumbelSigmoid.Noise.ToString(),
        ["noise"] = options.Noise.ToString(),
        ["seed"] = options.Seed,
    };

    /// <summary>What it does, for reports.</summary>
    public override string ToString() => $"learned masks{(path is null ? "" : $" of {Path.GetFileName(path)}")}, {options.GumbelSigmoid}";

    /// <summary>The strategy that a picture's settings describe; any other is given back as it is.</summary>
    /// <exception cref="InvalidOptionException">The description is damaged.</exception>
    /// <exception cref="CheckpointException">The file is not there any more, or is another.</exception>
    internal static MaskStrategy Restored(MaskStrategy strategy)
    {
        if (strategy is not DescribedMasks described)
        {
            return strategy;
        }

        var description = described.Describe();
        try
        {
            return new LearnedMasks((string)description[MaskDescriptions.File]!, new LearnedMaskOptions
            {
                GumbelSigmoid = new GumbelSigmoid
                {
                    Hard = (bool)description["hard"]!,
                    Temperature = (double)description["temperature"]!,
                    Threshold = (double)description["threshold"]!,
                    Noise = Enum.Parse<GumbelNoise>((string)description["gumbelNoise"]!),
                },
                Noise = Enum.Parse<MaskNoiseSource>((string)description["noise"]!),
                Seed = (long?)description["seed"],
            });
        }
        catch (Exception e) when (e is InvalidOperationException or FormatException or ArgumentException)
        {
            throw new InvalidOptionException($"The learned masks {description.ToJsonString()} cannot be made again: {e.Message} Set Masks to a strategy of your own.", e);
        }
    }

    private IReadOnlyList<long> Seeds(IDenoisingStep step) =>
        options.Seed is { } seed ? [seed] : [.. step.Seeds.Select(own => (long)(SplitMix64.Key(own, SeedTag) >> 1))];

    // In a holder that the run does not dispose: the model lives as long as the pipeline, or as its owner wants.
    private Holder ModelFor(IDenoisingStep step)
    {
        if (model is not null)
        {
            model.RequireFit(step.UNet);
            return new Holder(model);
        }

        var file = (Path.GetFullPath(path!), File.GetLastWriteTimeUtc(path!));
        return new Holder(step.Run.KeepForPipeline(file, () => Load(path!, step.UNet)));
    }

    private static LearnedMaskModel Load(string path, IMaskedUNet unet)
    {
        using var scope = NewDisposeScope();
        return LearnedMaskModel.Load(path, unet);
    }

    private sealed record Holder(LearnedMaskModel Model);
}
