using MaskUNet.Checkpoints;
using MaskUNet.Prompting;
using MaskUNet.Prompting.Clip;
using MaskUNet.Rewards.Clip;
using MaskUNet.Runtime;
using MaskUNet.Scheduling;
using MaskUNet.Tests.TestSupport;
using MaskUNet.Training;
using static TorchSharp.torch;

namespace MaskUNet.Tests.Training;

[LeavesNoTensors]
public sealed class ModelTrainerTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public ModelTrainerTests() => NativeTorch.EnsureLoaded();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task An_autoencoder_learns_to_give_its_pictures_back()
    {
        using var model = TinyModels.Autoencoder();
        var psnr = new List<double>();
        var trainer = new AutoencoderTrainer(model, Pictures(), new TrainingOptions { Steps = 120, BatchSize = 8, LearningRate = 5e-3 });
        await trainer.RunAsync(new OnProgress<TrainingProgress>(state => psnr.Add(state.Metrics["psnr"])));
        psnr[^1].Should().BeGreaterThan(psnr[0] + 6, "the error falls to less than a half");
        model.Weights.Values.Should().OnlyContain(weight => !weight.requires_grad, "afterwards the model is as frozen as before");
    }

    [Fact]
    public async Task A_denoiser_learns_and_a_stopped_one_goes_on_to_the_same_bits()
    {
        using var vae = TinyModels.Autoencoder();
        using var text = new LengthEncoder();
        using var examples = await CachedExamples.EncodeAsync(vae, text, Pictures(), 24);
        var objective = new DiffusionObjective { Noise = NoiseSchedule.Create(new DdimSchedulerOptions()), MinSnrGamma = 5 };
        var options = new TrainingOptions { Steps = 60, BatchSize = 8, LearningRate = 3e-3, EmaDecay = 0.9 };
        using var whole = TinyModels.UNet();
        var losses = new List<double>();
        await new DiffusionTrainer(whole, examples, objective, options).RunAsync(new OnProgress<TrainingProgress>(state => losses.Add(state.Loss)));
        losses.TakeLast(10).Average().Should().BeLessThan(0.8 * losses.Take(5).Average());

        using (var half = TinyModels.UNet())
        {
            await new DiffusionTrainer(half, examples, objective, options with { Folder = folder.Path, Steps = 25 }).RunAsync();
        }

        using var resumed = TinyModels.UNet();
        (await new DiffusionTrainer(resumed, examples, objective, options with { Folder = folder.Path }).RunAsync()).ResumedFrom.Should().Be(25);
        foreach (var (name, weight) in whole.Weights)
        {
            using var scope = NewDisposeScope();
            weight.equal(resumed.Weights[name]).all().item<bool>().Should().BeTrue(name);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_small_CLIP_learns_which_caption_belongs_to_which_picture(bool hardNegatives)
    {
        var path = folder["tokenizer"];
        ClipVocabularyWriter.Write(path, ["stripes", "of", "a", "b", "c", "d", "e"], maxLength: 8);
        var tokenizer = ClipTokenizer.Load(path);
        var config = new ClipConfig
        {
            ProjectionSize = 16,
            Text = new ClipTextConfig { HiddenSize = 16, IntermediateSize = 32, Layers = 1, Heads = 2, VocabularySize = tokenizer.Count, Positions = 8, ProjectionSize = 16, EndId = tokenizer.EndId },
            Vision = new ClipVisionConfig { HiddenSize = 16, IntermediateSize = 32, Layers = 1, Heads = 2, ImageSize = 16, PatchSize = 8 },
        };
        using var model = new ClipModel(config, new InitialWeights(1));
        var accuracy = new List<double>();
        var trainer = new ClipTrainer(
            model, tokenizer, Pictures(), new TrainingOptions { Steps = 120, BatchSize = 12, LearningRate = 5e-3 }, hardNegatives ? Backwards : null);
        await trainer.RunAsync(new OnProgress<TrainingProgress>(state => accuracy.Add(state.Metrics["accuracy"])));
        accuracy.TakeLast(10).Average().Should().BeGreaterThan(0.9, "there are five captions, so guessing gives about a fifth, and a tenth where each is also told backwards");

        static string Backwards(string caption) => string.Join(' ', caption.Split(' ').Reverse());
    }

    [Fact]
    public void A_batch_of_one_gives_CLIP_nothing_to_choose_from()
    {
        var path = folder["tokenizer"];
        ClipVocabularyWriter.Write(path, ["a"], maxLength: 3);
        using var model = new ClipModel(
            new ClipConfig { Text = new ClipTextConfig { HiddenSize = 8, Heads = 1, Layers = 1 }, Vision = new ClipVisionConfig { HiddenSize = 8, Heads = 1, Layers = 1 } },
            new MetaWeights());
        var create = () => new ClipTrainer(model, ClipTokenizer.Load(path), Pictures(), new TrainingOptions { BatchSize = 1 });
        create.Should().Throw<InvalidOptionException>().WithMessage("*BatchSize is 1*");
    }

    [Fact]
    public async Task Examples_are_kept_in_a_file_and_made_anew_when_the_encoder_changes()
    {
        using var vae = TinyModels.Autoencoder();
        using var text = new LengthEncoder();
        var file = folder["examples.safetensors"];
        (await CachedExamples.EncodeAsync(vae, text, Pictures(), 24, file)).Dispose();
        var written = File.GetLastWriteTimeUtc(file);
        (await CachedExamples.EncodeAsync(vae, text, Pictures(), 24, file)).Dispose();
        File.GetLastWriteTimeUtc(file).Should().Be(written, "the file holds what the encoders give");

        ChangeBy(1e-6);
        (await CachedExamples.EncodeAsync(vae, text, Pictures(), 24, file)).Dispose();
        File.GetLastWriteTimeUtc(file).Should().Be(written, "another number of threads changes as much");

        ChangeBy(0.1);
        (await CachedExamples.EncodeAsync(vae, text, Pictures(), 24, file)).Dispose();
        File.GetLastWriteTimeUtc(file).Should().BeAfter(written);

        void ChangeBy(double amount)
        {
            using var quiet = no_grad();
            vae.Weights["encoder.conv_in.bias"].add_(amount);
        }
    }

    [Fact]
    public async Task Captions_are_dropped_at_the_rate_asked_for()
    {
        using var vae = TinyModels.Autoencoder();
        using var text = new LengthEncoder();
        using var examples = await CachedExamples.EncodeAsync(vae, text, Pictures(), 24);
        examples.Count.Should().Be(24);
        Dropped(examples, 0).Should().Be(0);
        Dropped(examples, 1).Should().Be(1);
        Dropped(examples, 0.25).Should().BeApproximately(0.25, 0.05);
    }

    private static double Dropped(CachedExamples examples, double rate)
    {
        using var scope = NewDisposeScope();
        using var step = new TrainingStep(new TrainingOptions { BatchSize = 2000 }, 0, 0);
        var states = examples.Draw(step, rate).TextStates;
        return states.select(2, 0).select(1, 0).eq(0).to(ScalarType.Float32).mean().item<float>();
    }

    private static PictureReader Pictures() => new(new TinyModels.Stripes(), preparation: null, seed: 1);

    /// <summary>Texts to states that hold the text's length, and its last letter.</summary>
    private sealed class LengthEncoder : ITextEncoder
    {
        public TextEmbedding Encode(IReadOnlyList<string> prompts, int clipSkip = 0)
        {
            var values = prompts.SelectMany(prompt => Enumerable.Repeat(0, 3 * TinyModels.TextWidth).Select((_, i) => prompt.Length == 0 ? 0f : i % 2 == 0 ? prompt.Length / 10f : prompt[^1] - 'c')).ToArray();
            return new TextEmbedding(tensor(values, [prompts.Count, 3, TinyModels.TextWidth]), [.. prompts.Select(_ => "")]);
        }

        public void Dispose()
        {
        }
    }
}
