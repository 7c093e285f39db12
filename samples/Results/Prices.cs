namespace MaskUNet.Samples.Results;

/// <summary>What a picture of each kind costs, and what scoring one costs: seconds, with all painters at work.</summary>
/// <param name="Drawing">By the kind's folder.</param>
/// <param name="Scoring">By the reward's place.</param>
internal sealed record Prices(IReadOnlyDictionary<string, double> Drawing, IReadOnlyList<double> Scoring)
{
    /// <summary>How many candidates of a kind are drawn and scored in the time that a guided picture takes; at least one.</summary>
    public int Candidates(Guide guide, Kind kind) => Math.Max(1, (int)Math.Round(Drawing[guide.Kind.Folder] / OfCandidate(guide, kind)));

    /// <summary>A candidate, drawn and scored.</summary>
    public double OfCandidate(Guide guide, Kind kind) => Drawing[kind.Folder] + OfScore(guide);

    /// <summary>A score.</summary>
    public double OfScore(Guide guide) => guide.Rewards.Sum(one => Scoring[one.Index]);
}
