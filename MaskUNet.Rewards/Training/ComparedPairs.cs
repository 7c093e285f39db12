using MaskUNet.Images;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Training;

/// <summary>
/// Comparisons taken apart, so that no picture, no prompt and no score is worked out twice: which pictures and prompts there are, which picture
/// is scored for which prompt, and which scores are compared.
/// </summary>
internal sealed class ComparedPairs
{
    private readonly (int Picture, int Prompt)[] scored;
    private readonly long[] better;
    private readonly long[] worse;

    public ComparedPairs(IReadOnlyList<PictureComparison> comparisons)
    {
        Pictures = [.. comparisons.SelectMany(one => new[] { one.Better, one.Worse }).Distinct()];
        Prompts = [.. comparisons.Select(one => one.Prompt).Distinct()];
        var (picture, prompt) = (Numbers(Pictures), Numbers(Prompts));
        scored = [.. comparisons.SelectMany(one => new[] { Key(one, one.Better), Key(one, one.Worse) }).Distinct()];
        var score = Numbers(scored);
        better = [.. comparisons.Select(one => (long)score[Key(one, one.Better)])];
        worse = [.. comparisons.Select(one => (long)score[Key(one, one.Worse)])];

        (int Picture, int Prompt) Key(PictureComparison one, RgbImage shown) => (picture[shown], prompt[one.Prompt]);
    }

    /// <summary>The pictures, each once.</summary>
    public IReadOnlyList<RgbImage> Pictures { get; }

    /// <summary>The prompts, each once.</summary>
    public IReadOnlyList<string> Prompts { get; }

    /// <summary>Of each score, what its picture gives.</summary>
    /// <param name="pictures">A row a picture.</param>
    public Tensor OfPictures(Tensor pictures) => pictures.index_select(0, PictureNumbers(pictures.device));

    /// <summary>Of each score, the number of its picture, int64 [scores].</summary>
    public Tensor PictureNumbers(Device device) => Index(scored.Select(one => (long)one.Picture), device);

    /// <summary>Of each score, what its prompt gives.</summary>
    /// <param name="prompts">A row a prompt.</param>
    public Tensor OfPrompts(Tensor prompts) => Rows(prompts, scored.Select(one => (long)one.Prompt));

    /// <summary>By how much the better picture of each comparison scores higher.</summary>
    /// <param name="scores">All scores, [scores].</param>
    public Tensor Margins(Tensor scores) => Rows(scores, better) - Rows(scores, worse);

    private static Tensor Rows(Tensor all, IEnumerable<long> numbers) => all.index_select(0, Index(numbers, all.device));

    private static Tensor Index(IEnumerable<long> numbers, Device device) => tensor(numbers.ToArray(), dtype: ScalarType.Int64, device: device);

    private static Dictionary<T, int> Numbers<T>(IReadOnlyList<T> things)
        where T : notnull => things.Select((thing, number) => (thing, number)).ToDictionary(pair => pair.thing, pair => pair.number);
}
