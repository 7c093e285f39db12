namespace MaskUNet.Prompting.Clip;

/// <summary>What the readings of <see cref="ClipTokenization"/> do differently.</summary>
internal abstract class ClipDialect
{
    /// <summary>Whether added tokens are looked for in the cleaned text, so that they match in any case.</summary>
    public virtual bool CleansBeforeAddedTokens => false;

    /// <summary>Whether <see cref="ClipTokenizer.With"/> and the special tokens of files apply.</summary>
    public virtual bool HasAddedTokens => true;

    /// <summary>How start and end of a text are spelled inside a text, or null where such words mean nothing.</summary>
    public virtual (string Start, string End)? MarkerWords => null;

    /// <summary>Text to lower-case words with blanks between them.</summary>
    public abstract string Clean(string text);

    public static ClipDialect Of(ClipTokenization tokenization) => tokenization switch
    {
        ClipTokenization.Transformers => new TransformersDialect(),
        ClipTokenization.TransformersFast => new TransformersFastDialect(),
        ClipTokenization.OpenClip => new OpenClipDialect(),
        _ => throw new InvalidOptionException($"There is no tokenization {tokenization}: choose Transformers, TransformersFast or OpenClip."),
    };
}
