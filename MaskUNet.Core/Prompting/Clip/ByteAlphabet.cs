namespace MaskUNet.Prompting.Clip;

/// <summary>The 256 visible characters that stand for bytes in GPT-2's and CLIP's vocabularies.</summary>
internal static class ByteAlphabet
{
    /// <summary>The bytes in the order of their ids: those that are visible Latin-1 characters, then the others.</summary>
    public static IReadOnlyList<byte> InOrderOfIds { get; } = [.. Bytes().Where(IsVisible), .. Bytes().Where(value => !IsVisible(value))];

    /// <summary>The character of each byte.</summary>
    public static IReadOnlyList<char> Characters { get; } = MakeCharacters();

    private static IEnumerable<byte> Bytes() => Enumerable.Range(0, 256).Select(value => (byte)value);

    private static bool IsVisible(byte value) => value is (>= (byte)'!' and <= (byte)'~') or (>= 0xA1 and <= 0xAC) or >= 0xAE;

    private static char[] MakeCharacters()
    {
        var characters = new char[256];
        var next = (char)256;
        foreach (var value in Bytes())
        {
            characters[value] = IsVisible(value) ? (char)value : next++;
        }

        return characters;
    }
}
