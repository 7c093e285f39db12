using MaskUNet.Checkpoints;
using MaskUNet.Images;
using MaskUNet.Rewards.Bert;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Rewards.Blip;

/// <summary>
/// BLIP-VQA as T2I-CompBench uses it (Huang et al., arXiv 2307.06350): the prompt is asked as a question about the picture ("a green
/// bench?"), and the score is how much likelier "yes" is than "no", 0 to 1.
/// </summary>
/// <remarks>See <see cref="RewardModel"/> for threads and lifetime. Questions are read up to 35 tokens.</remarks>
public sealed class BlipVqa : RewardModel
{
    private static readonly PublishedModel Published = new(
        "BLIP-VQA",
        "model_base_vqa_capfilt_large.pth, or a folder with config.json and model.safetensors of transformers",
        "https://github.com/salesforce/BLIP and https://huggingface.co/Salesforce/blip-vqa-base",
        [CheckpointKind.BlipVqa]);

    private readonly BlipVqaModel model;
    private readonly BertTokenizer tokenizer;
    private readonly ClipPreprocessing preprocessing;
    private readonly (int Yes, int No) answers;

    /// <summary>Makes the reward.</summary>
    /// <param name="model">The model, which is taken over: frozen, and freed with this.</param>
    /// <param name="tokenizer">The tokenizer that belongs to the model; bert-base-uncased's by default.</param>
    /// <exception cref="CheckpointException">The tokenizer does not fit the model, or knows neither "yes" nor "no".</exception>
    public BlipVqa(BlipVqaModel model, BertTokenizer? tokenizer = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        this.model = model;
        this.tokenizer = tokenizer ?? BertTokenizer.BertBaseUncased;
        BlipInputs.CheckFit(this.tokenizer, model.Config.Text, Name);
        answers = (Word("yes"), Word("no"));
        preprocessing = ClipPreprocessing.Squash(model.Config.Vision.ImageSize);
        Freeze(model.Weights.Values);

        int Word(string word) => this.tokenizer.IdOf(word) ?? throw new CheckpointException($"{Name}'s tokenizer does not know '{word}': take bert-base-uncased's.");
    }

    /// <summary>Loads a published model.</summary>
    /// <param name="path">
    /// <c>model_base_vqa_capfilt_large.pth</c>, with <c>med_config.json</c> beside it where the sizes are others; or a folder with
    /// <c>config.json</c> and <c>model.safetensors</c> or <c>pytorch_model.bin</c> of transformers.
    /// </param>
    /// <param name="dataType">The type to compute in.</param>
    /// <param name="device">The device to compute on; the CPU by default.</param>
    /// <exception cref="CheckpointException">A file is missing, damaged or of another model; the message says what was found, what is expected and where it is published.</exception>
    public static BlipVqa Load(string path, ScalarType dataType = ScalarType.Float32, Device? device = null)
    {
        var file = Published.Find(path, "model.safetensors", "pytorch_model.bin", "model_base_vqa_capfilt_large.pth");
        var folder = Path.GetDirectoryName(Path.GetFullPath(file))!;
        string[] configs = [Path.Combine(folder, "config.json"), Path.Combine(folder, "med_config.json")];
        var config = configs.FirstOrDefault(File.Exists) is { } found ? BlipVqaConfig.Load(found) : new BlipVqaConfig();
        return new BlipVqa(Published.Read(file, weights => new BlipVqaModel(config, weights, dataType, device)));
    }

    /// <inheritdoc/>
    public override string Name => "BLIP-VQA";

    /// <inheritdoc/>
    protected override void Dispose(bool disposing) => model.Dispose();

    private protected override Tensor Preprocess(Tensor images) => preprocessing.Apply(images);

    private protected override Tensor Preprocess(RgbImage image) => preprocessing.Apply(image);

    private protected override Tensor ScorePixels(Tensor pixels, IReadOnlyList<string> prompts)
    {
        using var scope = NewDisposeScope();
        var (ids, mask) = BlipInputs.Encode(
            tokenizer, [.. prompts.Select(BlipQuestion.Ask)], BlipInputs.TextLength, model.Device, tokenizer.EncodeId);
        var words = model.AnswerScores(pixels, ids, tokenizer.DecodeId, mask);
        // p(yes) / (p(yes) + p(no)): what the softmax divides by cancels.
        return (words.select(1, answers.Yes) - words.select(1, answers.No)).sigmoid().MoveToOuterDisposeScope();
    }

    private protected override string Dropped(string prompt) => tokenizer.EncodePadded(BlipQuestion.Ask(prompt), BlipInputs.TextLength).Dropped;
}
