using MaskUNet.Masking;
using MaskUNet.Tests.TestSupport;
using MaskUNet.UNet;
using static TorchSharp.torch;

namespace MaskUNet.Tests.Pipelines;

[LeavesNoTensors]
public class MaskedPictureTests
{
    private static readonly ImageRequest Request = new("a bench") { Seed = 3, Steps = 3 };

    public static IEnumerable<object[]> Identities =>
        from name in TinyPipelines.Names
        from masks in new (string, MaskStrategy)[]
        {
            ("ratio 0", new RandomMasks(0, seed: 5)),
            ("ratio 0 everywhere", new RandomMasks(0, seed: 5, MaskTargets.All)),
            ("ones", new WholeOnes()),
            ("none", MaskStrategy.None),
        }
        select new object[] { name[0], masks.Item1, masks.Item2 };

    [FixtureTheory(TinyPipelines.Area)]
    [MemberData(nameof(Identities), DisableDiscoveryEnumeration = true)]
    public async Task Masks_that_keep_every_weight_give_the_plain_picture_bit_for_bit(string name, string what, MaskStrategy masks)
    {
        using var plain = await TinyPipelines.LoadAsync(name);
        using var masked = await TinyPipelines.Builder(name).UseDdim().UseMasks(masks).BuildAsync();
        (await masked.PixelsAsync(Request)).Should().Equal(await plain.PixelsAsync(Request), what);
        (await masked.PixelsAsync(Request with { Masks = new RandomMasks(0.3) }))
            .Should().NotEqual(await plain.PixelsAsync(Request), "else this test could not see masks");
    }

    [FixtureFact(TinyPipelines.Area)]
    public async Task Masks_of_each_step_look_for_their_layers_once_a_run()
    {
        using var pipeline = await TinyPipelines.LoadAsync();
        var asked = new Dictionary<string, int>();
        var targets = MaskTargets.Where("all, counted", layer => (asked[layer.Name] = asked.GetValueOrDefault(layer.Name) + 1) > 0);
        await pipeline.GenerateAsync(Request with { Masks = new RandomMasks(0.3, targets: targets, eachStep: true) });
        asked.Values.Should().NotBeEmpty().And.AllBeEquivalentTo(1);
    }

    private sealed class WholeOnes : MaskStrategy
    {
        public override Tensor Predict(IDenoisingStep step) => step.Predict(new Ones());
    }

    private sealed class Ones : IMaskGenerator, ILayerMasks
    {
        public bool MasksEncoder => true;

        public ILayerMasks Begin(MaskedBlock block) => this;

        public Tensor For(MaskableLayer layer) => ones([.. layer.Shape]);
    }
}
