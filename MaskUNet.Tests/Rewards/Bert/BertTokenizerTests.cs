using System.Text.Json.Nodes;
using MaskUNet.Rewards.Bert;
using MaskUNet.Tests.TestSupport;

namespace MaskUNet.Tests.Rewards.Bert;

public class BertTokenizerTests
{
    private static readonly Lazy<JsonNode> Recorded = new(() => Fixtures.Json("tokenizers", "bert", "cases.json"));

    private static BertTokenizer Tokenizer => BertTokenizer.Load(Fixtures.Path("tokenizers", "bert"));

    private static IEnumerable<JsonNode> Cases => Recorded.Value["cases"]!.AsArray().OfType<JsonNode>();

    private static int MaxLength => (int)Recorded.Value["max_length"]!;

    [FixtureFact("tokenizers")]
    public void Every_recorded_text_has_the_recorded_ids()
    {
        var tokenizer = Tokenizer;

        foreach (var recorded in Cases)
        {
            tokenizer.Encode((string)recorded["text"]!).Should().Equal(Ids(recorded), because: "of case {0}", (string)recorded["name"]!);
        }
    }

    [FixtureFact("tokenizers")]
    public void Every_recorded_text_is_cut_and_filled_up_as_recorded()
    {
        using var scope = TorchSharp.torch.NewDisposeScope();
        var padded = new RecordedTensors("tokenizers", "bert", "padded.safetensors");
        var (ids, masks, tokenizer) = (padded["input_ids"], padded["attention_mask"], Tokenizer);

        foreach (var (recorded, row) in Cases.Select((recorded, row) => (recorded, row)))
        {
            var tokens = tokenizer.EncodePadded((string)recorded["text"]!, MaxLength);

            tokens.Ids.Should().Equal(ids[row].data<long>().ToArray(), because: "of case {0}", (string)recorded["name"]!);
            tokens.Length.Should().Be((int)masks[row].data<long>().Sum());
        }
    }

    [FixtureFact("tokenizers")]
    public void BLIP_s_tokens_follow_the_vocabulary()
    {
        var added = Recorded.Value["added_tokens"]!;

        (Tokenizer.DecodeId, Tokenizer.EncodeId).Should().Be(((int)added["[DEC]"]!, (int)added["[ENC]"]!));
        Tokenizer.Count.Should().Be(Tokenizer.EncodeId + 1);
    }

    [FixtureFact("tokenizers")]
    public void The_vocabulary_carried_along_is_the_recorded_one()
    {
        var pieces = File.ReadAllLines(Fixtures.Path("tokenizers", "bert", "vocab.txt"));

        pieces.Select(BertTokenizer.BertBaseUncased.IdOf).Should().Equal(Enumerable.Range(0, pieces.Length).Select(id => (int?)id));
        BertTokenizer.BertBaseUncased.Count.Should().Be(pieces.Length + 2);
    }

    [FixtureFact("tokenizers")]
    public void Words_beyond_the_last_position_are_reported()
    {
        var words = string.Concat(Enumerable.Repeat("cat ", MaxLength - 2));

        Tokenizer.EncodePadded(words, MaxLength).Dropped.Should().BeEmpty();
        Tokenizer.EncodePadded(words + "An unaffable Dog", MaxLength).Dropped.Should().Be("an unaffable dog");
        Tokenizer.Invoking(t => t.EncodePadded("", 1)).Should().Throw<InvalidOptionException>().WithMessage("*at least 2*");
    }

    [FixtureFact("tokenizers")]
    public void A_word_of_a_hundred_thousand_letters_takes_no_minutes() =>
        Tokenizer.ExecutionTimeOf(t => t.EncodePadded(new string('x', 100_000) + string.Concat(Enumerable.Repeat(" xqz", 20_000)), MaxLength))
            .Should().BeLessThan(TimeSpan.FromSeconds(10));

    [Theory]
    [InlineData("[PAD]\n[UNK]\n[CLS]\n", "*lacks ?SEP?*")]
    [InlineData("[PAD]\n[UNK]\n[CLS]\n[SEP]\ncat\ncat\n", "*'cat' twice*")]
    public void A_file_that_is_no_vocabulary_is_refused(string content, string message)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder[BertTokenizer.FileName], content);

        folder.Invoking(f => BertTokenizer.Load(f.Path)).Should().Throw<CheckpointException>().WithMessage(message);
    }

    [Fact]
    public void A_missing_vocabulary_is_named()
    {
        using var folder = new TemporaryFolder();

        folder.Invoking(f => BertTokenizer.Load(f.Path)).Should().Throw<CheckpointException>().WithMessage($"*{BertTokenizer.FileName}*");
    }

    private static int[] Ids(JsonNode recorded) => [.. recorded["ids"]!.AsArray().Select(id => (int)id!)];
}
