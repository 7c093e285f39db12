using MaskUNet.Masking;
using MaskUNet.Samples.Results;
using MaskUNet.Tests.Masking.TrainingFree;
using MaskUNet.Tests.TestSupport;

namespace MaskUNet.Tests.Samples;

public sealed class ResultsRowTests : IDisposable
{
    private const int Candidates = 8;

    private static readonly Kind Learned = new("learned masks", (_, _) => MaskStrategy.None);

    private readonly TemporaryFolder folder = new();
    private readonly IReadOnlyList<Guide> guides = Guide.Of([new StubReward("mean")], "a version");

    [Fact]
    public void The_best_of_as_many_as_cost_what_the_guided_picture_costs_is_chosen_by_the_reward()
    {
        using var journal = new Journal(Path);
        Add(journal, new(0, 0));
        var rows = Row.All(journal, [Kinds.FewRandom], guides, Prices(guided: 4.2), prompts: 1, seeds: 1);
        var best = rows.Single(row => row.Name == "best of 4 (plain) by mean");
        best.Seconds.Should().BeApproximately(4, 1e-9, "a candidate takes 0.9 s to draw and 0.1 s to score");
        best.Figures.Single().Value.Rewards.Should().Equal([3], "the candidates score 0, 1, 2, ..., and the first four count");
        var kept = rows.Single(row => row.Name == "guided by mean, or the plain one");
        kept.Seconds.Should().BeApproximately(4.2 + 0.9 + 0.2, 1e-9);
        kept.Figures.Single().Value.Rewards.Should().Equal([0.5], "the guided one scores 0.5, the plain one 0");
        rows[0].Name.Should().Be("plain");
        rows[0].Figures.Single().Value.Rewards.Should().Equal(0);
        rows[0].Seconds.Should().Be(0.9);
        rows.Single(row => row.Name == "guided by mean").Seconds.Should().Be(4.2);
    }

    [Fact]
    public void Only_what_every_row_has_and_what_is_asked_for_is_compared()
    {
        using var journal = new Journal(Path);
        Add(journal, new(0, 0));
        Add(journal, new(1, 0));
        Add(journal, new(0, 1));
        journal.Add(SomeFigures.Drawing(Kinds.Plain, new(2, 0), SomeFigures.Of(rewards: 1)));
        Row.All(journal, [Kinds.FewRandom], guides, Prices(guided: 4), prompts: 3, seeds: 1)
            .Should().AllSatisfy(row => row.Figures.Keys.Should().Equal(new PictureKey(0, 0), new PictureKey(1, 0)));
        Row.All(journal, [Kinds.FewRandom], guides, Prices(guided: 20), prompts: 3, seeds: 1).Should().BeEmpty("that buys more candidates than there are");
        Row.All(journal, [Kinds.FewRandom, Learned], guides, Prices(guided: 4), prompts: 3, seeds: 1).Should().BeEmpty("there is none with learned masks");
    }

    [Fact]
    public void Pictures_are_compared_one_by_one()
    {
        Comparison.Of(RowOf((0, 0, true, 1.0), (1, 0, true, 0.5), (2, 0, false, 0.5)), RowOf((0, 0, false, 0.5), (1, 0, true, 0.5), (2, 0, false, 1.0)))
            .Should().Match<Comparison>(found => found.Better == 1 && found.Worse == 0 && Math.Abs(found.AllRight.Mean - (1 / 3.0)) < 1e-12 && Math.Abs(found.Grade.Mean) < 1e-12);
    }

    [Fact]
    public void An_interval_holds_the_mean_and_is_as_wide_as_the_number_of_prompts_allows()
    {
        var values = Enumerable.Range(0, 400).Select(i => KeyValuePair.Create(new PictureKey(i, 0), i % 4 == 0 ? 1.0 : 0)).ToList();
        var interval = Interval.Of(values);
        interval.Mean.Should().Be(0.25);
        var half = 1.96 * Math.Sqrt(0.25 * 0.75 / 400); // the binomial's
        interval.Low.Should().BeApproximately(0.25 - half, 0.006);
        interval.High.Should().BeApproximately(0.25 + half, 0.006);

        // Three pictures of a prompt that are always alike tell no more than one.
        var thrice = Interval.Of(values.SelectMany(pair => Enumerable.Range(0, 3).Select(seed => KeyValuePair.Create(pair.Key with { Seed = seed }, pair.Value))));
        (thrice.High - thrice.Low).Should().BeApproximately(interval.High - interval.Low, 1e-12);
    }

    private string Path => folder["journal.jsonl"];

    public void Dispose() => folder.Dispose();

    private void Add(Journal journal, PictureKey key)
    {
        PictureFigures[] candidates = [.. Enumerable.Range(0, Candidates).Select(i => SomeFigures.Of(rewards: i))];
        Kinds.Candidates.ToList().ForEach(kind => journal.Add(SomeFigures.Drawing(kind, key, candidates)));
        new[] { Kinds.FewRandom, guides[0].Kind }.ToList().ForEach(kind => journal.Add(SomeFigures.Drawing(kind, key, SomeFigures.Of(rewards: 0.5))));
    }

    private Prices Prices(double guided) => new(
        new[] { Kinds.Plain, Kinds.Random, Kinds.FewRandom, Learned }.ToDictionary(kind => kind.Folder, _ => 0.9).Append(KeyValuePair.Create(guides[0].Kind.Folder, guided)).ToDictionary(), [0.1]);

    private static Row RowOf(params (int Prompt, int Seed, bool Right, double Grade)[] pictures) => new(
        "row", pictures.ToDictionary(one => new PictureKey(one.Prompt, one.Seed), one => SomeFigures.Of(one.Right, grade: one.Grade)), 1);
}
