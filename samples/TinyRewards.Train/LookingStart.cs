using MaskUNet.Rewards.Blip;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Shapes.TrainRewards;

/// <summary>
/// What the last layer of an ImageReward's text model begins with, so that its score is nearly a CLIP's from the first step: the first position asks,
/// with the CLIP's text feature, how much the picture's first position fits rather than its patches, and adds what it finds to where the head looks.
/// </summary>
/// <remarks>Trained from nothing, reading captions, reading pictures and comparing them wait for one another, for a long time.</remarks>
internal sealed class LookingStart(ImageRewardModel model)
{
    private const double Answer = 2; // of a head that looks at the whole picture alone
    private const double Spread = 0.5; // of a head's logits over pictures: little, so that the answers add up as the logits do

    private readonly int last = model.Config.Text.Layers - 1;

    /// <summary>
    /// Directions that the heads together can ask about: one row of each is for telling the whole from the patches, and the last head asks about
    /// nothing else, so that what the others find there too can be taken away.
    /// </summary>
    public static int Directions(int width, int heads) => (heads - 1) * ((width / heads) - 1);

    /// <summary>Tensors that begin at 0: the layers before the last look at nothing yet, and the last one only looks.</summary>
    public static IEnumerable<string> Zeros(int layers) =>
    [
        .. Enumerable.Range(0, layers).Select(i => $"layer.{i}.crossattention.output.dense.weight"),
        $"layer.{layers - 1}.attention.output.dense.weight",
        $"layer.{layers - 1}.output.dense.weight",
    ];

    /// <summary>Sets the weights.</summary>
    /// <param name="basis">Of the pictures.</param>
    /// <param name="text">What reads the text's feature.</param>
    /// <param name="captions">Some captions, to set the scale by.</param>
    public void Set(ViewBasis basis, TextStartTrainer text, IReadOnlyList<string> captions)
    {
        using var quiet = no_grad();
        using var scope = NewDisposeScope();
        var (width, heads) = (model.Config.Text.HiddenSize, model.Config.Text.Heads);
        var (size, side) = (width / heads, model.Config.Vision.ImageSize / model.Config.Vision.PatchSize);
        var read = text.Read(captions);
        var root = Math.Sqrt(size);
        var key = Of("crossattention.self.key.weight");
        var query = Of("crossattention.self.query.weight");
        var queryBias = Of("crossattention.self.query.bias");
        var value = Of("crossattention.self.value.weight");
        var valueBias = Of("crossattention.self.value.bias");
        var output = Of("crossattention.output.dense.weight");
        var toHead = HeadLooks();
        query.zero_();
        // Of the directions each head has every so manieth, so that all have about the same share.
        var asking = heads - 1;
        List<Tensor> shares = [.. Enumerable.Range(0, asking).Select(head => arange(head, basis.Directions.shape[0], asking))];
        var spread = shares.Average(some => read.index_select(1, some).matmul(basis.Content.index_select(1, some).t()).std(1).mean().item<float>()) / root;
        var scale = Math.Sqrt(Spread / spread);
        for (var head = 0; head < heads; head++)
        {
            var first = head * size;
            if (head < asking)
            {
                key.narrow(0, first + 1, size - 1).copy_(basis.Directions.index_select(0, shares[head]) * scale);
                query.narrow(0, first + 1, size - 1).copy_(text.Weight.index_select(0, shares[head]) * scale);
                queryBias.narrow(0, first + 1, size - 1).copy_(text.Bias.index_select(0, shares[head]) * scale);
            }

            // The whole weighs as much as all patches together.
            key[first].copy_(basis.Whole);
            queryBias[first].fill_(Math.Log(side * side) * root);
            value[first].copy_(basis.Answer);
            valueBias[first].fill_(basis.AnswerOffset);
            output.select(1, first).copy_(toHead * (head < asking ? Answer : -Answer * asking));
        }
    }

    private Tensor Of(string name) => model.Weights[$"blip.text_encoder.encoder.layer.{last}.{name}"];

    // The head is an affine map: the direction in which it rises, less what the normalisation before it takes away.
    private Tensor HeadLooks()
    {
        var rise = model.Weights.Where(weight => weight.Key.StartsWith("mlp.layers.", StringComparison.Ordinal) && weight.Key.EndsWith("weight", StringComparison.Ordinal))
            .OrderByDescending(weight => weight.Key, StringComparer.Ordinal).Select(weight => weight.Value).Aggregate((map, before) => map.matmul(before)).squeeze(0);
        rise -= rise.mean();
        return rise / rise.norm();
    }
}
