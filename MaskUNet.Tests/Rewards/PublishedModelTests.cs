using MaskUNet.Checkpoints;
using MaskUNet.Rewards;
using MaskUNet.Rewards.Blip;
using MaskUNet.Rewards.Clip;
using MaskUNet.Tests.Rewards.Blip;
using MaskUNet.Tests.Rewards.Clip;
using MaskUNet.Tests.TestSupport;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Tests.Rewards;

/// <summary>Rewards from disk as they are published, and what is said when something else lies there.</summary>
[LeavesNoTensors]
public sealed class PublishedModelTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public static IEnumerable<object[]> Loads() =>
    [
        [(Func<string, IDisposable>)(path => ImageReward.Load(path)), "ImageReward", "https://huggingface.co/THUDM/ImageReward"],
        [(Func<string, IDisposable>)(path => HpsV2.Load(path)), "HPSv2", "https://huggingface.co/xswu/HPSv2"],
        [(Func<string, IDisposable>)(path => PickScore.Load(path)), "PickScore", "https://huggingface.co/yuvalkirstain/PickScore_v1"],
        [(Func<string, IDisposable>)(path => ClipScore.Load(path)), "CLIP", "https://huggingface.co/openai"],
        [(Func<string, IDisposable>)(path => BlipVqa.Load(path)), "BLIP-VQA", "https://github.com/salesforce/BLIP"],
        [(Func<string, IDisposable>)(path => AestheticScore.Load(path, path)), "the aesthetic predictor", "https://github.com/christophschuhmann"],
    ];

    public void Dispose() => folder.Dispose();

    [Theory]
    [MemberData(nameof(Loads))]
    public void What_is_missing_is_said_with_where_to_get_it(Func<string, IDisposable> load, string name, string address)
    {
        this.Invoking(_ => load(folder["nowhere"])).Should().Throw<CheckpointException>().WithMessage($"*no {name}*nowhere*{address}*");

        File.WriteAllText(folder["notes.txt"], "");
        this.Invoking(_ => load(folder.Path)).Should().Throw<CheckpointException>().WithMessage($"*holds no {name}*notes.txt*{address}*");
    }

    [Theory]
    [MemberData(nameof(Loads))]
    public void A_file_of_another_model_is_called_by_its_name(Func<string, IDisposable> load, string name, string address)
    {
        using var scope = NewDisposeScope();
        var path = folder["model.safetensors"];
        SafetensorsWriter.Write(path, new Dictionary<string, Tensor> { ["text_model.final_layer_norm.weight"] = ones(768) });

        this.Invoking(_ => load(path)).Should().Throw<CheckpointException>()
            .WithMessage($"*the text encoder of Stable Diffusion 1*not {(name == "the aesthetic predictor" ? "CLIP" : name)}*{(name == "the aesthetic predictor" ? "https://" : address)}*");
    }

    [Theory]
    [MemberData(nameof(Loads))]
    public void A_damaged_file_is_said_with_where_to_get_it(Func<string, IDisposable> load, string name, string address)
    {
        var path = folder["model.pt"];
        File.WriteAllText(path, "<!DOCTYPE html><html>Sign in</html>");

        this.Invoking(_ => load(path)).Should().Throw<CheckpointException>().WithMessage($"*HTML*{(name == "the aesthetic predictor" ? "https://" : address)}*");
    }

    [FixtureTheory("rewards")]
    [MemberData(nameof(ImageRewardCase.Cases), MemberType = typeof(ImageRewardCase))]
    public void ImageReward_loads_from_its_file_or_its_folder(ImageRewardCase one)
    {
        using var scope = NewDisposeScope();
        File.Copy(one.Checkpoint, folder["ImageReward.pt"]);
        File.WriteAllText(folder["med_config.json"], one.Config.ToJsonString());
        var images = one.Recorded["image/input"];
        string[] prompts = [.. one.Prompts.Take((int)images.shape[0])];

        foreach (var path in (string[])[folder.Path, folder["ImageReward.pt"]])
        {
            using var reward = ImageReward.Load(path);

            reward.Score(images, prompts).ShouldMatch(one.Recorded["image/score"], one.Tolerance(ScalarType.Float32), path);
        }
    }

    [FixtureTheory("rewards")]
    [MemberData(nameof(ImageRewardCase.Cases), MemberType = typeof(ImageRewardCase))]
    public void Without_its_sizes_a_smaller_ImageReward_does_not_fit_and_it_is_said(ImageRewardCase one)
    {
        File.Copy(one.Checkpoint, folder["ImageReward.pt"]);

        this.Invoking(_ => ImageReward.Load(folder.Path)).Should().Throw<CheckpointException>().WithMessage("*does not fit ImageReward*of another shape*THUDM*");
    }

    [FixtureTheory("rewards")]
    [MemberData(nameof(ClipCase.Cases), MemberType = typeof(ClipCase))]
    public void Rewards_of_CLIP_load_from_folders_that_describe_themselves(ClipCase one)
    {
        using var scope = NewDisposeScope();
        var path = Fixtures.Path(Path.GetDirectoryName(one.Checkpoint)!);
        if (!ClipFolder.IsDescribed(path))
        {
            this.Invoking(_ => HpsV2.Load(Fixtures.Path(one.Checkpoint))).Should().Throw<CheckpointException>().WithMessage("*does not fit*HPS_v2.1_compressed.pt*");
            return;
        }

        var images = one.Recorded["image/input"];
        string[] prompts = [.. one.Prompts.Take((int)images.shape[0])];
        using var hps = HpsV2.Load(path);
        using var cosine = ClipScore.Load(path, ClipScoreProtocol.Cosine);
        using var pickScore = PickScore.Load(path);
        using var model = one.Load(ScalarType.Float32);

        hps.Score(images, prompts).ShouldMatch(one.Recorded["image/cosine"], one.Tolerance(ScalarType.Float32), "HPSv2");
        cosine.Score(images, prompts).ShouldMatch(one.Recorded["image/cosine"], one.Tolerance(ScalarType.Float32), "cosine");
        pickScore.Score(images, prompts).ShouldMatch(one.Recorded["image/cosine"] * model.LogitScale.exp(), one.Tolerance(ScalarType.Float32), "PickScore");
        hps.Warnings([string.Concat(Enumerable.Repeat("cat ", 80))]).Should().ContainSingle().Which.Should().Contain("HPSv2").And.Contain("'cat cat");
    }

    [FixtureTheory("rewards")]
    [MemberData(nameof(ClipCase.Cases), MemberType = typeof(ClipCase))]
    public void The_aesthetic_score_loads_with_its_CLIP(ClipCase one)
    {
        var path = Fixtures.Path(Path.GetDirectoryName(one.Checkpoint)!);
        using var scope = NewDisposeScope();
        using var model = one.Load(ScalarType.Float32);
        using var weights = new ModelWeights(new FormulaWeights());
        _ = new RewardHead(weights.Root, model.Config.ProjectionSize);
        SafetensorsWriter.Write(folder["head.safetensors"], weights.Tensors);
        var images = one.Recorded["image/input"];
        string[] prompts = [.. Enumerable.Repeat("", (int)images.shape[0])];
        if (!ClipFolder.IsDescribed(path))
        {
            this.Invoking(_ => AestheticScore.Load(folder["head.safetensors"], Fixtures.Path(one.Checkpoint))).Should().Throw<CheckpointException>().WithMessage("*ViT-L/14*");
            return;
        }

        using var reward = AestheticScore.Load(folder["head.safetensors"], path);
        using var expected = new AestheticScore(one.Load(ScalarType.Float32), new FormulaWeights());

        reward.Score(images, prompts).ShouldEqualBitForBit(expected.Score(images, prompts), "marks");
        this.Invoking(_ => AestheticScore.Load(Fixtures.Path(one.Checkpoint), path)).Should().Throw<CheckpointException>().WithMessage("*CLIP*not the aesthetic predictor*");
    }

    [FixtureTheory("rewards")]
    [MemberData(nameof(BlipVqaCase.Cases), MemberType = typeof(BlipVqaCase))]
    public void BLIP_VQA_loads_in_either_layout(BlipVqaCase one)
    {
        using var scope = NewDisposeScope();
        var file = folder[Path.GetFileName(one.Checkpoint)];
        File.Copy(Fixtures.Path(one.Checkpoint), file);
        File.WriteAllText(folder[one.Config.ContainsKey("text_config") ? "config.json" : "med_config.json"], one.Config.ToJsonString());
        using var reward = BlipVqa.Load(file);
        using var expected = new BlipVqa(one.Load(ScalarType.Float32));
        var image = FormulaImage.Create("any", 40, 30).unsqueeze(0);

        reward.Score(image, ["a green bench"]).ShouldEqualBitForBit(expected.Score(image, ["a green bench"]), "score");
    }
}
