using System.Buffers;

namespace MaskUNet.Rewards.Blip;

/// <summary>Questions as BLIP was trained on them (its <c>pre_question</c>).</summary>
internal static class BlipQuestion
{
    private const int MostWords = 50;
    private static readonly SearchValues<char> Removed = SearchValues.Create(".!\"()*#:;~");

    /// <summary>A prompt as a question: "a green bench" becomes "a green bench?".</summary>
    public static string Ask(string prompt) => Prepare(prompt.AsSpan().TrimEnd() is { Length: > 0 } text && text[^1] != '?' ? $"{text}?" : prompt);

    /// <summary>Lower case, without some punctuation, no blanks at the end, at most 50 words.</summary>
    public static string Prepare(string question)
    {
        var lower = string.Concat(question.ToLowerInvariant().Where(character => !Removed.Contains(character))).TrimEnd(' ');
        var words = lower.Split(' ');
        return words.Length > MostWords ? string.Join(' ', words.Take(MostWords)) : lower;
    }
}
