using System.Globalization;

namespace MaskUNet.Prompting.Unicode;

/// <summary>
/// The parts of the Unicode Character Database that tokenizers need and .NET does not carry itself: without ICU (or with
/// InvariantGlobalization) <see cref="string.Normalize()"/> does nothing. Pinned to version 14, which the reference tokenizers use, so that
/// a prompt has the same tokens on every machine.
/// </summary>
internal sealed class UnicodeTables
{
    private static readonly Lazy<UnicodeTables> Loaded = new(Load);

    private readonly List<(int First, int Last)> unassigned = [];
    private readonly Dictionary<int, int> combiningClasses = [];
    private readonly Dictionary<int, int[]> decompositions = [];
    private readonly Dictionary<(int First, int Second), int> compositions = [];

    private UnicodeTables(TextReader lines)
    {
        while (lines.ReadLine() is { } line)
        {
            var fields = line.Split(' ');
            switch (line[0])
            {
                case '#':
                    break;
                case '?':
                    unassigned.Add(Range(fields[0]));
                    break;
                case '@':
                    AddClass(Range(fields[0]), int.Parse(fields[1], CultureInfo.InvariantCulture));
                    break;
                default:
                    AddDecomposition(fields);
                    break;
            }
        }
    }

    public static UnicodeTables Version14 => Loaded.Value;

    /// <summary>Whether version 14 knows the character.</summary>
    public bool IsAssigned(int codePoint)
    {
        var index = unassigned.BinarySearch((codePoint, int.MaxValue));
        return index >= 0 || ~index == 0 || unassigned[~index - 1].Last < codePoint;
    }

    /// <summary>The canonical combining class: 0 for a character that starts a sequence.</summary>
    public int CombiningClass(int codePoint) => combiningClasses.GetValueOrDefault(codePoint);

    /// <summary>One step of canonical decomposition, or null.</summary>
    public int[]? Decompose(int codePoint) => decompositions.GetValueOrDefault(codePoint);

    /// <summary>The primary composite of two characters, or null.</summary>
    public int? Compose(int first, int second) => compositions.TryGetValue((first, second), out var composed) ? composed : null;

    private static UnicodeTables Load()
    {
        using var stream = typeof(UnicodeTables).Assembly.GetManifestResourceStream("MaskUNet.Prompting.Unicode.unicode-14.txt")!;
        using var reader = new StreamReader(stream);
        return new UnicodeTables(reader);
    }

    private static (int First, int Last) Range(string field)
    {
        var ends = field[1..].Split('-');
        return (Hex(ends[0]), Hex(ends[^1]));
    }

    private static int Hex(string digits) => int.Parse(digits, NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    private void AddClass((int First, int Last) range, int combiningClass)
    {
        for (var codePoint = range.First; codePoint <= range.Last; codePoint++)
        {
            combiningClasses[codePoint] = combiningClass;
        }
    }

    private void AddDecomposition(string[] fields)
    {
        var composes = fields[0][0] != '!';
        var composed = Hex(fields[0].TrimStart('!'));
        int[] parts = [.. fields[1..].Select(Hex)];
        decompositions[composed] = parts;
        if (composes)
        {
            compositions[(parts[0], parts[1])] = composed;
        }
    }
}
