using System.Text.Json.Nodes;
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

/// <summary>The losses of MaskUNet and ReNO from end to end: their terms and their gradients in a picture, one picture at a time.</summary>
[LeavesNoTensors]
public class CombinedLossTests
{
    private const double Float64Tolerance = 1e-6;
    private const string Folder = "combined";

    public static IEnumerable<object[]> Runs() => !Fixtures.Has("rewards") ? [] :
        from file in Directory.GetFiles(Fixtures.Path("rewards", Folder), "*.json").Order()
        from type in (ScalarType[])[ScalarType.Float32, ScalarType.Float64]
        select new object[] { Path.GetFileName(file), type };

    [FixtureTheory("rewards")]
    [MemberData(nameof(Runs))]
    public void MaskUNet_s_loss_has_the_recorded_terms_and_gradients(string file, ScalarType type)
    {
        using var scope = NewDisposeScope();
        var one = new Case(file, type);
        foreach (var variant in one.Variants("maskunet"))
        {
            using var model = one.ImageReward();
            if (variant.Saturation is { } added)
            {
                model.Weights["mlp.layers.7.bias"].add_(added);
            }

            using var imageReward = new ImageReward(model);
            using var hps = new HpsV2(one.Clip("hpsv2"), ClipCase.Tokenizer);
            foreach (var i in one.Pictures)
            {
                one.Check($"maskunet/{variant.Name}/{i}", i, (image, prompt) =>
                {
                    var (human, preference) = (imageReward.Score(image, prompt), hps.Score(image, prompt));
                    return [human, preference, (2 - human).relu() + (5 * (1 - preference))];
                });
            }
        }
    }

    [FixtureTheory("rewards")]
    [MemberData(nameof(Runs))]
    public void ReNO_s_loss_has_the_recorded_terms_and_gradients(string file, ScalarType type)
    {
        using var scope = NewDisposeScope();
        var one = new Case(file, type);
        using var imageReward = new ImageReward(one.ImageReward());
        using var hps = new HpsV2(one.Clip("hpsv2"), ClipCase.Tokenizer);
        using var pickScore = new PickScore(one.Clip("pickscore and clip term"), ClipCase.Tokenizer);
        foreach (var i in one.Pictures)
        {
            var latents = one.Recorded["z"].to(type).requires_grad_();
            one.Check($"reno/{i}", i, (image, prompt) =>
            {
                var (human, preference, pick) = (imageReward.Score(image, prompt), hps.Score(image, prompt), pickScore.Score(image, prompt));
                var norm = latents.norm();
                var regulariser = 0.01 * ((0.5 * norm.square()) - ((latents.numel() - 1) * norm.log()));
                var reward = (5 * (1 - preference)) + (2 - human) + (0.01 * (100 - pick)) + (0.05 * (30 - pick));
                Tensor[] terms = [1 - preference, 2 - human, 100 - pick, 30 - pick, regulariser, reward, reward + regulariser];
                return terms;
            });
            latents.grad!.ShouldMatch(one.Recorded[$"reno/{i}/grad_z"], one.Tolerance, "gradient in the latents");
        }
    }

    private sealed class Case(string file, ScalarType type)
    {
        private readonly JsonNode facts = Fixtures.Json("rewards", Folder, file);

        public RecordedTensors Recorded { get; } = new("rewards", Folder, Path.ChangeExtension(file, ".safetensors"));

        public double Tolerance => type == ScalarType.Float64 ? Float64Tolerance : (double)facts["tolerance"]!;

        public IEnumerable<int> Pictures => Enumerable.Range(0, facts["prompts"]!.AsArray().Count);

        /// <summary>The variants by name; of the saturated one, what its description says is added to the last bias.</summary>
        public IEnumerable<(string Name, double? Saturation)> Variants(string loss) =>
            from name in facts["terms"]!.AsObject().Select(term => term.Key.Split('/')).Where(parts => parts[0] == loss).Select(parts => parts[1]).Distinct()
            let description = ((string)facts[loss]!).Split(';').Select(part => part.Trim()).FirstOrDefault(part => part.StartsWith(name + ":", StringComparison.Ordinal))
            select (name, description is null ? (double?)null : double.Parse(description.Split("increased by ")[1].Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture));

        public ImageRewardModel ImageReward()
        {
            var checkpoint = FullPath("imagereward");
            return ImageRewardCase.All().First(one => Path.GetFullPath(one.Checkpoint) == checkpoint).Load(type);
        }

        public ClipModel Clip(string name)
        {
            var checkpoint = FullPath(name);
            return ClipCase.All().First(one => Fixtures.Path(one.Checkpoint) == checkpoint || Path.GetDirectoryName(Fixtures.Path(one.Checkpoint)) == checkpoint).Load(type);
        }

        public void Check(string name, int picture, Func<Tensor, string[], Tensor[]> terms)
        {
            using var scope = NewDisposeScope();
            var image = Recorded["image/input"].narrow(0, picture, 1).to(type).clone().requires_grad_();

            var ours = terms(image, [(string)facts["prompts"]![picture]!]);
            ours[^1].sum().backward();

            cat([.. ours.Select(term => term.reshape(1).to(float64))]).ShouldMatch(Recorded[$"{name}/terms"], Tolerance, name);
            image.grad!.ShouldMatch(Recorded[$"{name}/grad"], Tolerance, $"gradient of {name}");
        }

        private string FullPath(string checkpoint) => Path.GetFullPath(Fixtures.Path("rewards", Folder, (string)facts["checkpoints"]![checkpoint]!));
    }
}
