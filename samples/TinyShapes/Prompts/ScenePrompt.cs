namespace MaskUNet.Shapes.Prompts;

/// <summary>What a caption says: one or two kinds of objects, and how they stand to each other. Immutable, compared by value.</summary>
public sealed record ScenePrompt
{
    /// <summary>Creates the prompt.</summary>
    /// <param name="first">The objects named first.</param>
    /// <param name="second">The objects named second; null (default) for none.</param>
    /// <param name="relation">Where the first are, seen from the second; null (default) for "and".</param>
    /// <exception cref="InvalidOptionException">There is a relation, but nothing to relate to.</exception>
    public ScenePrompt(ObjectPhrase first, ObjectPhrase? second = null, SpatialRelation? relation = null)
    {
        ArgumentNullException.ThrowIfNull(first);
        if (relation is not null && second is null)
        {
            throw new InvalidOptionException($"'{relation}' relates two kinds of objects; name the second, or leave the relation out.");
        }

        (First, Second, Relation) = (first, second, relation);
    }

    /// <summary>The objects named first.</summary>
    public ObjectPhrase First { get; }

    /// <summary>The objects named second, if there are any.</summary>
    public ObjectPhrase? Second { get; }

    /// <summary>Where the first are, seen from the second; null if that is not said.</summary>
    public SpatialRelation? Relation { get; }

    /// <summary>The one or two phrases, in order.</summary>
    public IReadOnlyList<ObjectPhrase> Phrases => Second is null ? [First] : [First, Second];

    /// <summary>Reads a caption; see <see cref="TryParse"/>.</summary>
    /// <param name="caption">"a red striped circle above two blue squares".</param>
    /// <exception cref="InvalidOptionException">The caption is not of the grammar; the message names the word.</exception>
    public static ScenePrompt Parse(string caption)
    {
        ArgumentNullException.ThrowIfNull(caption);
        var parser = new CaptionParser(caption);
        return parser.Parse() ?? throw new InvalidOptionException(
            $"The caption '{caption}' is not understood at {parser.Where}; an example is 'a red striped circle above two blue squares'.");
    }

    /// <summary>Reads a caption in any of the wordings that scenes have. Case and punctuation do not matter.</summary>
    /// <param name="caption">"a red striped circle above two blue squares".</param>
    /// <returns>The prompt, or null if the caption is not of the grammar.</returns>
    public static ScenePrompt? TryParse(string caption)
    {
        ArgumentNullException.ThrowIfNull(caption);
        return new CaptionParser(caption).Parse();
    }

    /// <summary>The caption in its plainest wording.</summary>
    public override string ToString() => CaptionWriter.Write(this);
}
