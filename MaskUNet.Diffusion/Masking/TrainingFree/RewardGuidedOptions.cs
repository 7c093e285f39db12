using MaskUNet.Latents;
using MaskUNet.Training;

namespace MaskUNet.Masking;

/// <summary>
/// How <see cref="RewardGuidedMasks"/> are optimised. The defaults are the paper's values (section 4.1) with the corrections of
/// <see cref="RewardGuidedMode.Corrected"/>.
/// </summary>
public sealed record RewardGuidedOptions
{
    /// <summary>The default of <see cref="LearningRate"/> (paper, section 4.1).</summary>
    public const double DefaultLearningRate = 1e-2;

    /// <summary>The default of <see cref="WeightDecay"/>: PyTorch's.</summary>
    public const double DefaultWeightDecay = 1e-2;

    /// <summary>The default of <see cref="InitialLogit"/> (paper, algorithm 1): 93.4 % of the weights are kept.</summary>
    public const double DefaultInitialLogit = 1;

    /// <summary>What the released code does, its noise included: PyTorch's stream, where the masks' noise follows the picture's.</summary>
    public static RewardGuidedOptions Released { get; } = new()
    {
        Mode = RewardGuidedMode.Released,
        Noise = MaskNoiseSource.PyTorch,
        KeepBest = false,
        Plain = PlainComparison.None,
    };

    /// <summary>Which evaluation the sampler goes on from; <see cref="RewardGuidedMode.Corrected"/> by default.</summary>
    public RewardGuidedMode Mode { get; init; }

    /// <summary>Iterations a step; <see cref="IterationSchedule.Paper"/> by default. A number is the same for every step.</summary>
    public IterationSchedule Iterations { get; init; } = IterationSchedule.Paper;

    /// <summary>
    /// True (default) to go on, at each step and for each picture, from the evaluation with the lowest loss; false for the last one.
    /// </summary>
    public bool KeepBest { get; init; } = true;

    /// <summary>
    /// What becomes of the plain picture of the same seed; by default it is the result where the masks made the rewards worse. Both pictures
    /// are judged as they are saved, by the pipeline's own decoder at full size; what was found is in <see cref="GeneratedImage.Rewards"/>.
    /// </summary>
    public PlainComparison Plain { get; init; }

    /// <summary>What is masked; <see cref="MaskTargets.DecoderAttention"/> by default.</summary>
    public MaskTargets Targets { get; init; } = MaskTargets.DecoderAttention;

    /// <summary>The logit that every weight begins with; 1 by default.</summary>
    public double InitialLogit { get; init; } = DefaultInitialLogit;

    /// <summary>True (default) to begin each step with <see cref="InitialLogit"/>; the optimiser's moments go on either way.</summary>
    public bool ResetEachStep { get; init; } = true;

    /// <summary>AdamW's learning rate, above 0; 1e-2 by default. Logits move by about as much an iteration, at most.</summary>
    public double LearningRate { get; init; } = DefaultLearningRate;

    /// <summary>AdamW's decoupled weight decay, at least 0; 1e-2 by default.</summary>
    public double WeightDecay { get; init; } = DefaultWeightDecay;

    /// <summary>How masks are made of logits; hard, at temperature 1 and threshold 0.5, with the released code's noise by default.</summary>
    public GumbelSigmoid GumbelSigmoid { get; init; } = new();

    /// <summary>Where the masks' noise comes from; <see cref="MaskNoiseSource.Counter"/> by default.</summary>
    public MaskNoiseSource Noise { get; init; }

    /// <summary>The seed of the masks' noise; null (default) for that of the (first) picture.</summary>
    public long? Seed { get; init; }

    /// <summary>
    /// What decodes the pictures that the rewards see while masks are optimised, for instance <see cref="TinyDecoder"/>; null (default) for the
    /// pipeline's own. It belongs to the strategy, which disposes it.
    /// </summary>
    public ILatentDecoder? Decoder { get; init; }

    /// <summary>
    /// The shorter side, in pixels, at which those pictures are decoded, from latents that are made smaller; null (default) for the size that is
    /// drawn. The rewards' own size (224 for all of CLIP's family) saves four fifths of the decoder's work at 512.
    /// </summary>
    public int? DecodeSize { get; init; }

    /// <summary>
    /// Whether the decoder half of the U-Net keeps little for the way back and is computed again there, a layer at a time: less memory for one
    /// more forward pass of that half an iteration, and the same result bit for bit. Null (default) to do so for large pictures only (Stable
    /// Diffusion above 512 pixels; there it would save 1.1 GB), and not with a <see cref="Decoder"/> of one's own or a <see cref="DecodeSize"/> of at most half, which save more than
    /// that; true for all; false for none.
    /// </summary>
    public bool? RecomputeUNet { get; init; }

    /// <summary>A step's iterations end when the weighted sum of rewards of every picture has reached this; null (default) for never.</summary>
    public double? TargetReward { get; init; }

    /// <summary>After this time no further iteration begins, and the remaining steps are drawn without masks; null (default) for no limit.</summary>
    public TimeSpan? TimeLimit { get; init; }

    /// <summary>Told after every evaluation, on the pipeline's thread: return soon. Null (default) for nobody.</summary>
    public IProgress<RewardGuidedProgress>? Progress { get; init; }

    /// <summary>Checks every value.</summary>
    /// <exception cref="InvalidOptionException">Names all that are out of range.</exception>
    public void Validate()
    {
        var problems = new OptionProblems();
        problems.Defined(nameof(Mode), Mode);
        problems.Defined(nameof(Plain), Plain);
        problems.Defined(nameof(Noise), Noise);
        problems.Within(nameof(Iterations), Iterations is not null, Iterations, "a schedule, such as IterationSchedule.Paper");
        problems.Within(nameof(Targets), Targets is not null, Targets, "a rule, such as MaskTargets.DecoderAttention");
        problems.Within(nameof(GumbelSigmoid), GumbelSigmoid is not null, GumbelSigmoid, "set");
        problems.Within(nameof(InitialLogit), double.IsFinite(InitialLogit), InitialLogit, "a number");
        problems.Above(nameof(LearningRate), LearningRate, 0);
        problems.Within(nameof(WeightDecay), WeightDecay >= 0 && double.IsFinite(WeightDecay), WeightDecay, "0 or more");
        problems.Within(nameof(DecodeSize), DecodeSize is not < 8, DecodeSize, "at least 8 pixels");
        problems.Within(nameof(TargetReward), TargetReward is not { } reward || !double.IsNaN(reward), TargetReward, "a number");
        problems.Within(nameof(TimeLimit), TimeLimit is not { } limit || limit >= TimeSpan.Zero, TimeLimit, "0 or more");
        problems.Refuse("reward-guided masks");
        GumbelSigmoid!.Validate();
    }
}
