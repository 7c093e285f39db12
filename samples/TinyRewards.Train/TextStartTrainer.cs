using MaskUNet.Rewards.Bert;
using MaskUNet.Rewards.Blip;
using MaskUNet.Shapes.Scenes;
using MaskUNet.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Shapes.TrainRewards;

/// <summary>
/// Teaches the text model of an ImageReward, before it has looked at any picture, to read captions as a CLIP does: from the first position, before
/// the last layer, the CLIP's feature can be read off. The last layer is left for looking.
/// </summary>
internal sealed class TextStartTrainer : Trainer, IDisposable
{
    private const string Text = "blip.text_encoder.";

    private readonly ImageRewardModel model;
    private readonly BertTokenizer tokenizer;
    private readonly Func<IReadOnlyList<string>, Tensor> features;
    private readonly ViewBasis basis;
    private readonly SceneSource scenes = new(Recipe.Seed);

    /// <param name="model">Whose text model is taught.</param>
    /// <param name="tokenizer">Its tokenizer.</param>
    /// <param name="features">The CLIP's unit features of captions, [captions, F].</param>
    /// <param name="basis">Of the pictures.</param>
    /// <param name="options">How to train.</param>
    public TextStartTrainer(ImageRewardModel model, BertTokenizer tokenizer, Func<IReadOnlyList<string>, Tensor> features, ViewBasis basis, TrainingOptions options)
        : base(options)
    {
        (this.model, this.tokenizer, this.features, this.basis) = (model, tokenizer, features, basis);
        var (rows, width) = (basis.Directions.shape[0], model.Config.Text.HiddenSize);
        Weight = (eye(rows, width) / Math.Sqrt(width)).requires_grad_();
        Bias = zeros(rows).requires_grad_();
        var last = model.Config.Text.Layers - 1;
        Parameters = model.Weights
            .Where(weight => weight.Key.StartsWith(Text, StringComparison.Ordinal)
                && !weight.Key.Contains("crossattention", StringComparison.Ordinal)
                && !weight.Key.Contains("attention.output.LayerNorm", StringComparison.Ordinal) // with a picture there is another one after it, which undoes it
                && !weight.Key.Contains($".layer.{last}.", StringComparison.Ordinal))
            .Append(new("readout.weight", Weight)).Append(new("readout.bias", Bias)).ToDictionary();
    }

    /// <summary>What reads the feature off, [directions, D].</summary>
    public Tensor Weight { get; }

    /// <summary>Its bias, [directions].</summary>
    public Tensor Bias { get; }

    /// <inheritdoc/>
    protected override string Name => "the text model's start";

    /// <inheritdoc/>
    protected override IReadOnlyDictionary<string, Tensor> Parameters { get; }

    /// <summary>Captions as they are read, [captions, directions].</summary>
    public Tensor Read(IReadOnlyList<string> captions)
    {
        var (ids, mask) = BertCaptions.Encode(tokenizer, captions, model.Config.Text.Positions);
        var hidden = model.ReadTexts(ids, mask)[^2].select(1, 0);
        // The last layer begins with a normalisation, once its self-attention adds nothing.
        return nn.functional.linear(nn.functional.layer_norm(hidden, [hidden.shape[1]]), Weight, Bias);
    }

    public void Dispose()
    {
        Weight.Dispose();
        Bias.Dispose();
    }

    /// <inheritdoc/>
    protected override Tensor Loss(TrainingStep step)
    {
        string[] captions = [.. Enumerable.Range(0, step.BatchSize).Select(i => scenes[step.FirstExample + i].Caption)];
        var wanted = Wanted(captions);
        return (Read(captions) - wanted).square().mean() / wanted.var(0).mean(); // the share that is not explained
    }

    private Tensor Wanted(string[] captions)
    {
        using var quiet = no_grad();
        return features(captions).matmul(basis.Asking.t());
    }
}
