using MaskUNet.Masking;
using MaskUNet.Rewards;
using MaskUNet.Runtime;
using MaskUNet.Scheduling;
using static TorchSharp.torch;

namespace MaskUNet;

/// <summary>
/// Puts an image pipeline together. <c>Use...</c> fills a slot, and filling one twice is a problem that names both calls. Problems are
/// collected, and <see cref="BuildAsync"/> reports them all at once.
/// </summary>
/// <remarks>Needs no container. For one thread; each call of <see cref="BuildAsync"/> loads the model anew.</remarks>
public sealed class MaskUNetBuilder
{
    private readonly Dictionary<string, string> filledBy;
    private readonly List<string> problems;
    private IPipelineLoader? loader;
    private Func<SchedulerConfig, IDiffusionScheduler>? scheduler;
    private readonly List<WeightedReward> rewards;
    private Func<RewardSum, MaskStrategy>? guided;
    private MaskStrategy? masks;
    private bool rewardsTaken;
    private string? device;
    private ScalarType dataType = ScalarType.Float32;

    /// <summary>Begins with empty slots.</summary>
    public MaskUNetBuilder() => (filledBy, problems, rewards) = (new(StringComparer.Ordinal), [], []);

    private MaskUNetBuilder(MaskUNetBuilder other)
    {
        (filledBy, problems, rewards) = (new(other.filledBy, StringComparer.Ordinal), [.. other.problems], [.. other.rewards]);
        (loader, scheduler, masks, device, dataType) = (other.loader, other.scheduler, other.masks, other.device, other.dataType);
        (guided, rewardsTaken) = (other.guided, other.rewardsTaken);
    }

    /// <summary>Fills the slot of the model. Packages offer shorter calls, such as <c>UseStableDiffusion(path)</c>.</summary>
    /// <param name="modelLoader">Loads the model.</param>
    public MaskUNetBuilder UseModel(IPipelineLoader modelLoader) => UseModel(modelLoader, nameof(UseModel));

    /// <summary>Fills the slot of the scheduler. Without this call it is the one that the model's scheduler_config.json names.</summary>
    /// <param name="create">Makes the scheduler from that file's content.</param>
    public MaskUNetBuilder UseScheduler(Func<SchedulerConfig, IDiffusionScheduler> create) => UseScheduler(create, nameof(UseScheduler));

    /// <summary>Fills the slot of the masks. Without this call the U-Net runs as it is.</summary>
    /// <param name="strategy">How masks are found; a strategy of your own is as good as ours.</param>
    public MaskUNetBuilder UseMasks(MaskStrategy strategy) => UseMasks(strategy, nameof(UseMasks));

    /// <summary>Zeroes weights at random, the same ones in every step (paper, section 3.1).</summary>
    /// <param name="ratio">The share of weights set to zero, in [0, 1].</param>
    /// <param name="seed">The seed of the mask.</param>
    /// <param name="targets">What is masked; <see cref="MaskTargets.DecoderAttention"/> by default.</param>
    public MaskUNetBuilder UseRandomMasks(double ratio, long seed = 0, MaskTargets? targets = null)
    {
        try
        {
            return UseMasks(new RandomMasks(ratio, seed, targets), nameof(UseRandomMasks));
        }
        catch (InvalidOptionException e)
        {
            return Problem($"{nameof(UseRandomMasks)}: {e.Message}");
        }
    }

    /// <summary>Adds a reward for masks that are guided by rewards (paper, Eq. 10); packages offer those, such as <c>UseRewardGuidedMasks</c>.</summary>
    /// <param name="reward">The reward. It belongs to the pipeline that is built, which disposes it; so such a builder builds one pipeline.</param>
    /// <param name="weight">Its weight in the sum, above 0.</param>
    /// <param name="loss">What a score costs; null (default) for the reward's own <see cref="IRewardModel.Loss"/>.</param>
    public MaskUNetBuilder AddReward(IRewardModel reward, double weight = 1, RewardLoss? loss = null)
    {
        ArgumentNullException.ThrowIfNull(reward);
        rewards.Add(new(reward, weight, loss));
        return this;
    }

    /// <summary>Chooses the device: <c>cpu</c> (default), <c>cuda</c> or <c>cuda:1</c>.</summary>
    /// <param name="name">The device.</param>
    public MaskUNetBuilder UseDevice(string name) => UseDevice(name, nameof(UseDevice));

    /// <summary>Chooses the type of weights and activations: float32 (default), bfloat16, float16 or float64.</summary>
    /// <param name="type">The type.</param>
    public MaskUNetBuilder UseDataType(ScalarType type) => UseDataType(type, nameof(UseDataType));

    /// <summary>Reports a problem at <see cref="BuildAsync"/>, for extensions that check their arguments.</summary>
    /// <param name="problem">What is wrong, and what to do.</param>
    public MaskUNetBuilder Problem(string problem)
    {
        problems.Add(problem);
        return this;
    }

    /// <summary>Loads the model and makes the pipeline.</summary>
    /// <param name="cancellationToken">Looked at between the model's parts.</param>
    /// <exception cref="InvalidOptionException">Names every problem, parts that the model's folder lacks among them.</exception>
    /// <exception cref="CheckpointException">The model's files turned out to be damaged, or of another model.</exception>
    /// <exception cref="TensorMemoryException">The memory does not suffice.</exception>
    /// <exception cref="NativeLibraryException">TorchSharp's native library is missing or cannot be loaded.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public async Task<IImagePipeline> BuildAsync(CancellationToken cancellationToken = default)
    {
        if (Problems() is { Count: > 0 } found)
        {
            throw new InvalidOptionException($"The pipeline cannot be built: {string.Join(" ", found)}");
        }

        var chosen = ComputeDevice.Parse(device);
        var thread = new NativeThread($"MaskUNet {chosen}");
        try
        {
            var strategy = guided?.Invoke(new RewardSum(rewards)) ?? masks ?? MaskStrategy.None;
            var parts = new PipelineParts(thread, chosen, dataType, scheduler, strategy);
            var pipeline = await thread.RunAsync(() => loader!.Load(parts, cancellationToken), cancellationToken).ConfigureAwait(false);
            rewardsTaken = rewards.Count > 0;
            return pipeline;
        }
        catch (Exception e)
        {
            thread.Dispose();
            if (NativeFailure.Is(e))
            {
                throw NativeFailure.Explain(e, "loading the model");
            }

            throw;
        }
    }

    // The same under the name of the call that the user wrote, for our packages' shorter calls.
    internal MaskUNetBuilder UseModel(IPipelineLoader modelLoader, string call) => Fill("model", call, modelLoader, value => loader = value);

    internal MaskUNetBuilder UseScheduler(Func<SchedulerConfig, IDiffusionScheduler> create, string call) =>
        Fill("scheduler", call, create, value => scheduler = config => value(config)
            ?? throw new InvalidOptionException($"{call}: the given function made no scheduler but null; leave the call out for the model's own scheduler."));

    internal MaskUNetBuilder UseMasks(MaskStrategy strategy, string call) => Fill("masks", call, strategy, value => masks = value);

    internal MaskUNetBuilder UseMasks(Func<RewardSum, MaskStrategy> create, string call) => Fill("masks", call, create, value => guided = value);

    internal MaskUNetBuilder UseDevice(string name, string call) => Fill("device", call, name, value => device = value);

    internal MaskUNetBuilder UseDataType(ScalarType type, string call)
    {
        var known = type is ScalarType.Float32 or ScalarType.BFloat16 or ScalarType.Float16 or ScalarType.Float64;
        return known
            ? Fill("data type", call, type, value => dataType = value)
            : Problem($"{call}: the data type is {type}; it must be Float32, BFloat16, Float16 or Float64.");
    }

    /// <summary>A builder with the same slots filled, for a caller who adds to them.</summary>
    internal MaskUNetBuilder Copy() => new(this);

    /// <summary>All that is wrong; empty if it can be built.</summary>
    internal IReadOnlyList<string> Problems()
    {
        var all = new List<string>(problems);
        all.AddRange(loader is null
            ? ["No model was chosen; call UseStableDiffusion(path), or set the option Model."]
            : loader.Problems().Select(problem => $"{filledBy["model"]}: {problem}"));
        all.AddRange(RewardProblems());
        try
        {
            _ = ComputeDevice.Parse(device);
        }
        catch (InvalidOptionException e)
        {
            all.Add($"{filledBy["device"]}: {e.Message}.");
        }

        return all;
    }

    private IEnumerable<string> RewardProblems()
    {
        if (guided is null && rewards.Count > 0)
        {
            yield return $"{nameof(AddReward)} was called, but nothing asks for rewards; call UseRewardGuidedMasks, or leave the rewards out.";
        }
        else if (guided is not null && rewards.Count == 0)
        {
            yield return $"{filledBy["masks"]} needs a reward; call {nameof(AddReward)}.";
        }

        if (rewardsTaken)
        {
            yield return $"The rewards belong to the pipeline that this builder has built; make a new builder with rewards of its own.";
        }

        foreach (var problem in RewardSum.Problems(rewards).Where(_ => rewards.Count > 0))
        {
            yield return $"{nameof(AddReward)}: {problem}";
        }
    }

    private MaskUNetBuilder Fill<T>(string slot, string call, T value, Action<T> set)
    {
        ArgumentNullException.ThrowIfNull(value);
        if (!filledBy.TryAdd(slot, call))
        {
            return Problem($"The {slot} was chosen twice, by {filledBy[slot]} and by {call}; keep one of the two.");
        }

        set(value);
        return this;
    }
}
