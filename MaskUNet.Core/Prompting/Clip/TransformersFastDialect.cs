using MaskUNet.Prompting.Unicode;

namespace MaskUNet.Prompting.Clip;

/// <summary>transformers' <c>CLIPTokenizerFast</c>: composed, lower case, and nothing removed.</summary>
internal sealed class TransformersFastDialect : ClipDialect
{
    public override bool CleansBeforeAddedTokens => true;

    public override string Clean(string text) => LowerCase.EachCharacter(
        string.Join(' ', CanonicalForm.Compose(text).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)));
}
