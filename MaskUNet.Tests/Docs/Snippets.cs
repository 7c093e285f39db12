using MaskUNet.Images;
using MaskUNet.Latents;
using MaskUNet.Masking;
using MaskUNet.Prompting;
using MaskUNet.Rewards;
using MaskUNet.Rewards.Bert;
using MaskUNet.Rewards.Blip;
using MaskUNet.Rewards.Clip;
using MaskUNet.Rewards.Evaluation;
using MaskUNet.Scheduling;
using MaskUNet.Shapes.Judging;
using MaskUNet.Shapes.Prompts;
using MaskUNet.Shapes.Scenes;
using MaskUNet.Training;
using MaskUNet.UNet;
using Microsoft.Extensions.DependencyInjection;
using static TorchSharp.torch;

namespace MaskUNet.Tests.Docs;

/// <summary>
/// The programs of README.md and docs/, so that they compile. <see cref="SnippetTests"/> looks up every line of theirs here.
/// </summary>
internal static class Snippets
{
    public static async Task ShortestProgram()
    {
        using var pipeline = await new MaskUNetBuilder()
            .UseStableDiffusion("models/stable-diffusion-v1-5")   // diffusers folder, .safetensors or .ckpt
            .UseDpmSolver()
            .UseRandomMasks(0.02)
            .BuildAsync();

        var result = await pipeline.GenerateAsync(new ImageRequest("a blue bench and a green car") { Seed = 42, Steps = 20 });
        result.Images[0].SavePng("bench.png");
    }

    public static async Task RewardGuided()
    {
        using var pipeline = await new MaskUNetBuilder()
            .UseStableDiffusion("models/stable-diffusion-v1-5")
            .UseDpmSolver()
            .UseRewardGuidedMasks()
            .AddReward(ImageReward.Load("models/ImageReward.pt"))
            .AddReward(HpsV2.Load("models/HPS_v2.1_compressed.pt"), weight: 5)
            .BuildAsync();
        var result = await pipeline.GenerateAsync(new ImageRequest("a blue bench and a green car") { Seed = 42, Steps = 15 });
        Console.WriteLine(result.Images[0].Rewards);   // of the guided picture and of the plain one
    }

    public static void RewardGuidedInLessTime(MaskUNetBuilder builder)
    {
        builder.UseRewardGuidedMasks(o => o with { Iterations = 4, DecodeSize = 224, TimeLimit = TimeSpan.FromMinutes(10) });
    }

    public static void ScoredAndRanked(IReadOnlyList<RgbImage> pictures)
    {
        using var reward = ImageReward.Load("models/ImageReward.pt");          // med_config.json beside it
        var score = reward.Score(RgbImage.Load("bench.png"), "a blue bench and a green car");
        foreach (var picture in reward.Rank(pictures, "a blue bench and a green car"))
        {
            Console.WriteLine($"{picture.Rank}. {picture.Score:F3}");
        }

        Console.WriteLine(score);
    }

    public static void RewardGradient(IRewardModel reward, Tensor decoded, IReadOnlyList<string> prompts)
    {
        var images = decoded.requires_grad_();                                 // [B, 3, H, W] in [0, 1]
        var loss = (2 - reward.Score(images, prompts)).relu().sum();
        loss.backward();                                                       // images.grad
    }

    public static async Task TrainedReward(
        ImageRewardModel model, BertTokenizer tokenizer, IComparisonDataset comparisons, IRewardModel judge, IReadOnlyList<PictureComparison> heldOut,
        IProgress<TrainingProgress> progress, CancellationToken cancellationToken)
    {
        var ranking = new ImageRewardTrainer(model, tokenizer, comparisons, new TrainingOptions { Steps = 3000, BatchSize = 48, Folder = "training/reward" });
        await ranking.RunAsync(progress, cancellationToken);
        Console.WriteLine(RankingAgreement.Of(judge, heldOut));                // the share of pairs that are ordered alike
    }

    public static void Container(Host builder)
    {
        builder.Services.AddMaskUNet(o => o.Model = "models/stable-diffusion-v1-5").UseRandomMasks(0.02);
    }

    public static void Targets(IMaskedUNet unet)
    {
        var targets = MaskTargets.Attention.InDecoder() + MaskTargets.FeedForward.InBlocks("up_blocks.3");
        Console.WriteLine(targets.Of(unet));   // counts and lists what it covers
    }

    public static void Parts(ITextEncoder textEncoder, IMaskedUNet unet, ILatentDecoder decoder)
    {
        using var pipeline = new StableDiffusionPipeline(textEncoder, unet, decoder, new DdimScheduler(), new RandomMasks(0.02));
    }

    public static void OwnStrategy(MaskUNetBuilder builder)
    {
        builder.UseMasks(new BestOfFour());
    }

    public static void ScenesWithCaptions()
    {
        var scenes = new SceneSource(seed: 1);                          // or SceneSplit.HeldOut
        var cells = Enumerable.Range(0, 24).Select(i => (scenes[i].Render().Resize(192, 192, ResizeFilter.Box), scenes[i].Caption));
        ContactSheet.Create([.. cells], columns: 6).SavePng("tinyshapes.png");
    }

    public static void Oracle(RgbImage picture)
    {
        var prompt = ScenePrompt.Parse("a green star left of a yellow ring");
        var objects = SceneOracle.Read(picture);                        // shapes, colours, textures, places, with confidences
        var verdict = GenEval.Score(prompt, objects);                   // verdict.Objects, .Colors, .Position, .Correct
        var binding = CompBench.Score(prompt, objects);                 // binding.Color, .Shape, .Texture
    }

    public static async Task Train(
        UNet2DConditionModel unet, IDiffusionExamples examples, DiffusionObjective objective, IProgress<TrainingProgress> progress, CancellationToken cancellationToken)
    {
        var trainer = new DiffusionTrainer(unet, examples, objective, new TrainingOptions { Steps = 4000, BatchSize = 64, Folder = "training/unet" });
        var result = await trainer.RunAsync(progress, cancellationToken);   // killed? run it again: it goes on where it was
    }

    public static void DrawWithLearnedMasksOfTinyShapes()
    {
        var request = TinyShapes.Request("a red striped ring") with { Masks = new LearnedMasks(TinyShapes.LearnedMasksFile) };
        _ = request;
    }

    public static async Task DrawWithLearnedMasks()
    {
        using var pipeline = await new MaskUNetBuilder()
            .UseStableDiffusion("models/stable-diffusion-v1-5")
            .UseLearnedMasks("masks.safetensors")
            .BuildAsync();
    }

    public static async Task LearnMasks(
        UNet2DConditionModel unet, IDiffusionExamples examples, DiffusionObjective objective, IProgress<TrainingProgress> progress, CancellationToken cancellationToken)
    {
        using var masks = LearnedMaskModel.Create(unet);
        var trainer = new MaskTrainer(masks, unet, examples, objective, MaskTrainer.Defaults with { Folder = "training/masks" });
        await trainer.RunAsync(progress, cancellationToken);            // killed? run it again: it goes on where it was
        masks.Save("masks.safetensors");
    }

    public static void LookAtMasks()
    {
        var statistics = new MaskStatistics();
        var request = new ImageRequest("a bench") { Masks = new ObservedMaskStrategy(new LearnedMasks("masks.safetensors"), statistics.Observe) };
    }

    public static async Task DrawShapes()
    {
        using var pipeline = TinyShapes.LoadPipeline();
        var result = await pipeline.GenerateAsync(TinyShapes.Request("a green star left of a yellow ring") with { Seed = 1 });
        var objects = TinyShapes.Read(result.Images[0].Image);          // what the oracle sees
    }

    public static void Datasets()
    {
        var pictures = new ImageFolderDataset("pictures");                    // cat.png beside cat.txt, or a metadata.jsonl
        var published = new ParquetDataset("laion-art/data");                 // a file, or all *.parquet below a folder
        var scenes = new SceneDataset(seed: 1);                               // a million TinyShapes, drawn when asked for

        var preparation = new PicturePreparation { Size = 512, CenterCrop = true, Flip = false };
        var reader = new PictureReader(pictures, preparation, seed: 42);
        var batch = reader.Read(firstPosition: 0, count: 4);                  // read on several threads
        using var images = batch.ToTensor();                                  // [4, 3, 512, 512] in [-1, 1]
    }

    internal sealed record Host(IServiceCollection Services);
}

public sealed class BestOfFour : MaskStrategy
{
    public override Tensor Predict(IDenoisingStep step)
    {
        Tensor? best = null;
        var bestContrast = double.NegativeInfinity;
        for (var seed = 0; seed < 4; seed++)
        {
            using var masks = new RandomMaskGenerator(MaskTargets.DecoderAttention.Of(step.UNet), ratio: 0.02, seed, step.UNet.Device);
            var prediction = step.Predict(masks);
            var contrast = step.PredictOriginal(prediction).std().item<float>();
            if (contrast > bestContrast)
            {
                (best, bestContrast) = (prediction, contrast);
            }
        }

        return best!;
    }
}

public abstract class OwnTrainer(UNet2DConditionModel model, TrainingOptions options) : Trainer(options)
{
    protected override IReadOnlyDictionary<string, Tensor> Parameters => model.Weights;

    protected override Tensor Loss(TrainingStep step) => Error(step.FirstExample, step.BatchSize, step.Noise);

    protected abstract Tensor Error(long first, int count, INoiseSource noise);
}
