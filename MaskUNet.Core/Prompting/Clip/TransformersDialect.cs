using MaskUNet.Prompting.Unicode;

namespace MaskUNet.Prompting.Clip;

/// <summary>transformers' <c>CLIPTokenizer</c> where ftfy is not installed: BERT's basic tokenizer without punctuation splitting.</summary>
internal sealed class TransformersDialect : ClipDialect
{
    public override (string Start, string End)? MarkerWords => (ClipVocabulary.StartOfText, ClipVocabulary.EndOfText);

    public override string Clean(string text)
    {
        var words = CanonicalForm.Compose(BasicText.Spaced(text)).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        return string.Join(' ', words.Select(LowerCase.WithFinalSigma));
    }
}
