using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using MaskUNet.Prompting.Unicode;

namespace MaskUNet.Tests.Prompting.Unicode;

public class UnicodeTablesTests
{
    // Over every code point of Unicode 14, by Python 3.11: unicodedata.normalize of the character alone and between
    // other marks, and str.lower; "-" where it is not assigned.
    private const string PythonsAnswers = "2b2b069f1f47cd6ffc985db097a0e9669338a11bdfac1738ca4bd45f41b24f56";

    [Fact]
    public void Composition_decomposition_and_lower_case_are_Pythons_for_every_character()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        for (var codePoint = 0; codePoint <= 0x10FFFF; codePoint++)
        {
            if (!Rune.IsValid(codePoint))
            {
                continue;
            }

            var text = new Rune(codePoint).ToString();
            if (!UnicodeTables.Version14.IsAssigned(codePoint))
            {
                Append("-");
                continue;
            }

            Append(Hex(CanonicalForm.Compose(text)));
            Append(Hex(CanonicalForm.Decompose(text)));
            Append(Hex(CanonicalForm.Compose("a\u0323" + text + "\u0301\u0327")));
            Append(Hex(LowerCase.WithFinalSigma(text)));
        }

        Convert.ToHexStringLower(hash.GetHashAndReset()).Should().Be(PythonsAnswers);

        void Append(string line) => hash.AppendData(Encoding.ASCII.GetBytes(line + "\n"));
    }

    [Theory]
    [InlineData("\u039F\u0394\u03A3", "\u03BF\u03B4\u03C2")]
    [InlineData("\u03A3", "\u03C3")]
    [InlineData("A\u03A3'", "a\u03C2'")]
    [InlineData("A\u03A3'B", "a\u03C3'b")]
    [InlineData("1\u03A3", "1\u03C3")]
    [InlineData("A\u0301\u03A3\u0301", "a\u0301\u03C2\u0301")]
    [InlineData("\u0130I", "i\u0307i")]
    public void A_sigma_that_ends_a_word_is_final(string text, string lower) => LowerCase.WithFinalSigma(text).Should().Be(lower);

    [Fact]
    public void A_long_text_takes_time_in_proportion_to_its_length()
    {
        const int Length = 400_000; // minutes, where each sigma costs a copy of what is before it
        var watch = System.Diagnostics.Stopwatch.StartNew();
        var lower = LowerCase.WithFinalSigma(new string('\u03A3', Length));
        watch.Elapsed.Should().BeLessThan(TimeSpan.FromSeconds(10));
        lower.Should().HaveLength(Length).And.EndWith("\u03C3\u03C2");
    }

    [Fact]
    public void Lower_case_by_character_knows_no_final_sigma() => LowerCase.EachCharacter("\u039F\u03A3").Should().Be("\u03BF\u03C3");

    private static string Hex(string text) =>
        string.Join(' ', text.EnumerateRunes().Select(rune => rune.Value.ToString("X", CultureInfo.InvariantCulture)));
}
