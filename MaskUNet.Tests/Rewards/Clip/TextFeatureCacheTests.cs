using MaskUNet.Rewards.Clip;
using MaskUNet.Tests.TestSupport;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Tests.Rewards.Clip;

[LeavesNoTensors]
public class TextFeatureCacheTests
{
    [Fact]
    public void A_prompt_is_computed_once_until_it_is_the_oldest_of_too_many()
    {
        using var scope = NewDisposeScope();
        using var cache = new TextFeatureCache(capacity: 2);
        var computed = new List<string>();

        foreach (var prompt in (string[])["a", "b", "a", "b", "c", "b", "a"])
        {
            Get(prompt).item<long>().Should().Be(prompt[0]);
        }

        computed.Should().Equal("a", "b", "c", "a");

        Tensor Get(string prompt) => cache.Get(prompt, text =>
        {
            computed.Add(text);
            return tensor((long)text[0]);
        });
    }

    [Fact]
    public void What_was_given_out_outlives_the_cache()
    {
        using var scope = NewDisposeScope();
        Tensor given;
        using (var cache = new TextFeatureCache(capacity: 1))
        {
            using var inner = NewDisposeScope();
            given = cache.Get("a", _ => tensor(5L)).MoveToOuterDisposeScope();
            cache.Get("b", _ => tensor(6L));
        }

        given.item<long>().Should().Be(5);
    }
}
