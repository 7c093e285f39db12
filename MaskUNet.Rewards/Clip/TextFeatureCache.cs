using static TorchSharp.torch;

namespace MaskUNet.Rewards.Clip;

/// <summary>The features of the latest prompts: a guided run asks for one prompt hundreds of times. Safe to use from several threads.</summary>
/// <param name="capacity">How many prompts are kept; the oldest goes first.</param>
internal sealed class TextFeatureCache(int capacity) : IDisposable
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, Tensor> features = new(StringComparer.Ordinal);
    private readonly Queue<string> order = new();

    /// <summary>A prompt's features.</summary>
    /// <param name="prompt">The prompt.</param>
    /// <param name="compute">Makes them where they are not kept.</param>
    /// <returns>A handle of the caller's; it stays valid whatever leaves the cache.</returns>
    public Tensor Get(string prompt, Func<string, Tensor> compute)
    {
        lock (gate)
        {
            if (features.TryGetValue(prompt, out var known))
            {
                return known.alias();
            }
        }

        // Outside the lock: at worst two threads compute the same.
        var made = compute(prompt);
        lock (gate)
        {
            if (features.TryAdd(prompt, made))
            {
                made.DetachFromDisposeScope();
                order.Enqueue(prompt);
                if (order.Count > capacity)
                {
                    features.Remove(order.Dequeue(), out var oldest);
                    oldest!.Dispose();
                }

                return made.alias();
            }
        }

        return made;
    }

    /// <summary>Frees what is kept.</summary>
    public void Dispose()
    {
        lock (gate)
        {
            foreach (var tensor in features.Values)
            {
                tensor.Dispose();
            }

            features.Clear();
            order.Clear();
        }
    }
}
