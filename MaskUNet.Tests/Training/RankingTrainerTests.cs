using MaskUNet.Checkpoints;
using MaskUNet.Images;
using MaskUNet.Prompting.Clip;
using MaskUNet.Rewards.Bert;
using MaskUNet.Rewards.Blip;
using MaskUNet.Rewards.Clip;
using MaskUNet.Runtime;
using MaskUNet.Tests.TestSupport;
using MaskUNet.Training;
using static TorchSharp.torch;

namespace MaskUNet.Tests.Training;

[LeavesNoTensors]
public sealed class RankingTrainerTests : IDisposable
{
    private static readonly string[] Words = ["dark", "light"];

    private readonly TemporaryFolder folder = new();

    public RankingTrainerTests() => NativeTorch.EnsureLoaded();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task An_ImageReward_learns_what_is_preferred_for_which_prompt_and_a_stopped_one_goes_on_to_the_same_bits()
    {
        var tokenizer = Bert();
        var options = new TrainingOptions { Steps = 200, BatchSize = 16, LearningRate = 5e-3 };
        using var whole = ImageReward(tokenizer);
        var agreement = new List<double>();
        await new ImageRewardTrainer(whole, tokenizer, new Shades(), options).RunAsync(new OnProgress<TrainingProgress>(state => agreement.Add(state.Metrics["agreement"])));

        agreement.TakeLast(10).Average().Should().BeGreaterThan(0.95, "guessing gives a half");
        whole.Weights.Values.Should().OnlyContain(weight => !weight.requires_grad, "afterwards the model is as frozen as before");

        using (var half = ImageReward(tokenizer))
        {
            await new ImageRewardTrainer(half, tokenizer, new Shades(), options with { Folder = folder["run"], Steps = 25 }).RunAsync();
        }

        using var resumed = ImageReward(tokenizer);
        (await new ImageRewardTrainer(resumed, tokenizer, new Shades(), options with { Folder = folder["run"] }).RunAsync()).ResumedFrom.Should().Be(25);
        foreach (var (name, weight) in whole.Weights)
        {
            weight.ShouldEqualBitForBit(resumed.Weights[name], name);
        }
    }

    [Fact]
    public async Task A_CLIP_is_tuned_to_what_is_preferred()
    {
        ClipVocabularyWriter.Write(folder["tokenizer"], Words, maxLength: 4);
        var tokenizer = ClipTokenizer.Load(folder["tokenizer"]);
        using var model = new ClipModel(
            new ClipConfig
            {
                ProjectionSize = 16,
                Text = new ClipTextConfig { HiddenSize = 16, IntermediateSize = 32, Layers = 1, Heads = 2, VocabularySize = tokenizer.Count, Positions = 4, ProjectionSize = 16, EndId = tokenizer.EndId },
                Vision = new ClipVisionConfig { HiddenSize = 16, IntermediateSize = 32, Layers = 1, Heads = 2, ImageSize = 8, PatchSize = 4 },
            },
            new InitialWeights(1));
        var agreement = new List<double>();

        await new ClipPreferenceTrainer(model, tokenizer, new Shades(), new TrainingOptions { Steps = 60, BatchSize = 8, LearningRate = 3e-3 })
            .RunAsync(new OnProgress<TrainingProgress>(state => agreement.Add(state.Metrics["agreement"])));

        agreement.TakeLast(10).Average().Should().BeGreaterThan(0.95);
    }

    [Fact]
    public void A_tokenizer_of_another_model_is_refused()
    {
        using var model = ImageReward(Bert());

        this.Invoking(_ => new ImageRewardTrainer(model, BertTokenizer.BertBaseUncased, new Shades(), new TrainingOptions()))
            .Should().Throw<CheckpointException>().WithMessage("*take both from one model*");
    }

    private static ImageRewardModel ImageReward(BertTokenizer tokenizer) => new(
        new ImageRewardConfig
        {
            Vision = new BlipVisionConfig { HiddenSize = 16, Layers = 1, Heads = 2, ImageSize = 8, PatchSize = 4 },
            Text = new BertConfig { HiddenSize = 16, IntermediateSize = 32, Layers = 1, Heads = 2, VocabularySize = tokenizer.Count, Positions = 4 },
        },
        new InitialWeights(1));

    private BertTokenizer Bert()
    {
        File.WriteAllLines(folder["vocab.txt"], ["[PAD]", "[UNK]", "[CLS]", "[SEP]", .. Words]);
        return BertTokenizer.Load(folder["vocab.txt"]);
    }

    /// <summary>Two shades of grey: for "light" the lighter one is better, for "dark" the darker one.</summary>
    private sealed class Shades : IComparisonDataset
    {
        public string Name => "shades";

        public long Count => 64;

        public IReadOnlyList<PictureComparison> Load(long index)
        {
            var (dark, light) = (Grey((byte)(index % 8 * 10)), Grey((byte)(160 + (index % 9 * 10))));
            return [index % 2 == 0 ? new PictureComparison("light", light, dark) : new PictureComparison("dark", dark, light)];
        }

        private static RgbImage Grey(byte value) => new(8, 8, [.. Enumerable.Repeat(value, 3 * 8 * 8)]);
    }
}
