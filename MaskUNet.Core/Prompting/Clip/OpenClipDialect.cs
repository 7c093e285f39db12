using MaskUNet.Prompting.Unicode;

namespace MaskUNet.Prompting.Clip;

/// <summary>
/// open_clip's <c>SimpleTokenizer</c>. Of ftfy it does what leaves readable text alone (composition, line ends, control characters),
/// not its repairs of quotes, ligatures, widths and wrongly decoded text.
/// </summary>
internal sealed class OpenClipDialect : ClipDialect
{
    public override bool HasAddedTokens => false;

    public override (string Start, string End)? MarkerWords => ("<start_of_text>", "<end_of_text>");

    public override string Clean(string text)
    {
        var plain = HtmlText.Unescape(HtmlText.Unescape(CanonicalForm.Compose(WithoutControls(text))));
        return LowerCase.WithFinalSigma(string.Join(' ', plain.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)));
    }

    private static string WithoutControls(string text) => string.Concat(text.Where(character => !IsControl(character)));

    private static bool IsControl(char character) => character
        is (< ' ' and not ('\t' or '\n' or '\f' or '\r')) or '\u007F' or (>= '\u206A' and <= '\u206F') or '\uFEFF' or (>= '\uFFF9' and <= '\uFFFC');
}
