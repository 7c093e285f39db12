namespace MaskUNet.Masking;

/// <summary>What becomes of the plain picture of the same seed, which costs one more run without gradients and two decodings.</summary>
public enum PlainComparison
{
    /// <summary>It is drawn too, and is the result where the guided one's loss is higher: the rewards never lose.</summary>
    KeepBetter,

    /// <summary>It is drawn too and both are reported, but the guided picture is the result even where its rewards are lower.</summary>
    Report,

    /// <summary>It is not drawn. The guided picture is the result, whatever its rewards.</summary>
    None,
}
