using System.Text.Json.Nodes;
using MaskUNet.Prompting.Clip;
using MaskUNet.Tests.TestSupport;

namespace MaskUNet.Tests.Prompting.Clip;

public class ClipTokenizerTests
{
    private static readonly Lazy<JsonNode> Recorded = new(() => Fixtures.Json("tokenizers", "clip", "cases.json"));
    private static readonly Lazy<RecordedTensors> Padded = new(() => new RecordedTensors("tokenizers", "clip", "padded.safetensors"));

    public static IEnumerable<object[]> Readings() =>
    [
        ["slow", ClipTokenization.Transformers, "<|endoftext|>"],
        ["slow_sd2", ClipTokenization.Transformers, "!"],
        ["fast", ClipTokenization.TransformersFast, "<|endoftext|>"],
        ["fast_sd2", ClipTokenization.TransformersFast, "!"],
        ["open_clip", ClipTokenization.OpenClip, "!"],
    ];

    [FixtureTheory("tokenizers")]
    [MemberData(nameof(Readings))]
    public void Every_recorded_text_has_the_recorded_ids(string field, ClipTokenization tokenization, string pad)
    {
        var tokenizer = Make(tokenization, pad);
        var withAdded = tokenization == ClipTokenization.OpenClip ? tokenizer : tokenizer.With([.. AddedTokens.Select(token => token.Key)]);

        foreach (var recorded in Cases.Where(recorded => field != "open_clip" || LeavesFtfyAlone(recorded)))
        {
            ((bool)recorded["added_tokens"]! ? withAdded : tokenizer).Encode((string)recorded["text"]!)
                .Should().Equal(Ids(recorded[field]!), because: "of case {0}", (string)recorded["name"]!);
        }
    }

    [FixtureTheory("tokenizers")]
    [InlineData("sd1", "<|endoftext|>", ClipTokenization.Transformers)]
    [InlineData("sd2", "!", ClipTokenization.Transformers)]
    [InlineData("sd1_fast", "<|endoftext|>", ClipTokenization.TransformersFast)]
    public void Every_recorded_text_is_cut_and_filled_up_as_recorded(string field, string pad, ClipTokenization tokenization)
    {
        var tokenizer = Make(tokenization, pad);
        var withAdded = tokenizer.With([.. AddedTokens.Select(token => token.Key)]);
        using var scope = TorchSharp.torch.NewDisposeScope();
        var expected = Padded.Value[field];

        foreach (var (recorded, row) in Cases.Select((recorded, row) => (recorded, row)))
        {
            ((bool)recorded["added_tokens"]! ? withAdded : tokenizer).EncodePadded((string)recorded["text"]!).Ids
                .Should().Equal(expected[row].data<long>().ToArray(), because: "of case {0}", (string)recorded["name"]!);
        }
    }

    [FixtureFact("tokenizers")]
    public void Added_tokens_get_the_recorded_ids()
    {
        var tokenizer = Make(ClipTokenization.Transformers, "<|endoftext|>").With([.. AddedTokens.Select(token => token.Key)]);

        foreach (var (token, id) in AddedTokens)
        {
            tokenizer.IdOf(token).Should().Be((int)id!);
        }

        tokenizer.Count.Should().Be(AddedTokens.Max(token => (int)token.Value!) + 1);
    }

    [FixtureFact("tokenizers")]
    public void The_vocabulary_follows_from_the_merges()
    {
        using var merges = File.OpenText(Fixtures.Path("tokenizers", "clip", "merges.txt"));
        var tokenizer = ClipTokenizer.FromMerges(merges);

        foreach (var (token, id) in Fixtures.Json("tokenizers", "clip", "vocab.json").AsObject())
        {
            tokenizer.IdOf(token).Should().Be((int)id!);
        }
    }

    [FixtureFact("tokenizers")]
    public void The_vocabulary_carried_along_is_the_recorded_one()
    {
        var published = ClipTokenizer.Published();

        foreach (var (token, id) in Fixtures.Json("tokenizers", "clip", "vocab.json").AsObject())
        {
            published.IdOf(token).Should().Be((int)id!);
        }

        foreach (var recorded in Cases.Where(recorded => !(bool)recorded["added_tokens"]!))
        {
            published.Encode((string)recorded["text"]!).Should().Equal(Ids(recorded["slow"]!), because: "of case {0}", (string)recorded["name"]!);
        }
    }

    [FixtureFact("tokenizers")]
    public void Text_beyond_the_last_position_is_reported()
    {
        var tokenizer = Make(ClipTokenization.Transformers, "<|endoftext|>").With("<thing>");
        var words = string.Concat(Enumerable.Repeat("cat ", tokenizer.MaxLength - 2));

        tokenizer.EncodePadded(words).Dropped.Should().BeEmpty();
        tokenizer.EncodePadded(words + "A Dog, <thing> caf\u00E9").Dropped.Should().Be("a dog , <thing> caf\u00E9");
    }

    [FixtureFact("pipelines")]
    public void A_pipeline_s_tokenizer_folder_tells_its_padding()
    {
        foreach (var folder in Directory.GetDirectories(Fixtures.Path("pipelines"), "tokenizer", SearchOption.AllDirectories))
        {
            var tokenizer = ClipTokenizer.Load(folder);
            var config = JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "tokenizer_config.json")))!;
            tokenizer.PadId.Should().Be(tokenizer.IdOf((string)config["pad_token"]!));
            tokenizer.MaxLength.Should().Be((int)config["model_max_length"]!);
        }
    }

    [FixtureTheory("tokenizers")]
    [InlineData("vocab.json")]
    [InlineData("merges.txt")]
    public void A_missing_file_is_named(string file)
    {
        using var folder = new TokenizerCopy();
        File.Delete(Path.Combine(folder.Path, file));

        var load = () => ClipTokenizer.Load(folder.Path);

        load.Should().Throw<CheckpointException>().WithMessage($"*{file}*");
    }

    [FixtureTheory("tokenizers")]
    [InlineData("vocab.json", "{\"a\": ")]
    [InlineData("vocab.json", "[1, 2]")]
    [InlineData("vocab.json", "{\"a\": -1}")]
    [InlineData("vocab.json", "{\"a\": 0}")]
    [InlineData("merges.txt", "#version: 0.2\na b c\n")]
    [InlineData("merges.txt", "#version: 0.2\nq \u20AC\n")]
    [InlineData("special_tokens_map.json", "{")]
    [InlineData("tokenizer_config.json", "[]")]
    [InlineData("special_tokens_map.json", "{\"pad_token\": \"<|nothing|>\"}")]
    [InlineData("added_tokens.json", "{\"<thing>\": \"x\"}")]
    [InlineData("added_tokens.json", "{\"<thing>\": -3}")]
    [InlineData("tokenizer_config.json", "{\"added_tokens_decoder\": {\"x\": {\"content\": \"y\"}}}")]
    [InlineData("tokenizer_config.json", "{\"added_tokens_decoder\": {\"7\": {}}}")]
    public void A_damaged_file_is_refused_as_a_checkpoint(string file, string content)
    {
        using var folder = new TokenizerCopy();
        File.WriteAllText(Path.Combine(folder.Path, file), content);

        var load = () => ClipTokenizer.Load(folder.Path);

        load.Should().Throw<CheckpointException>();
    }

    [FixtureTheory("tokenizers")]
    [InlineData("")]
    [InlineData("cat</w>")]
    [InlineData("<|endoftext|>")]
    public void A_token_that_is_already_there_is_not_added(string token)
    {
        var tokenizer = Make(ClipTokenization.Transformers, "<|endoftext|>");

        var add = () => tokenizer.With(token);

        add.Should().Throw<InvalidOptionException>();
    }

    [FixtureFact("tokenizers")]
    public void Adding_tokens_leaves_the_first_tokenizer_as_it_was()
    {
        var tokenizer = Make(ClipTokenization.Transformers, "<|endoftext|>");
        var before = tokenizer.Encode("a sksdog");

        tokenizer.With("sksdog").Encode("a sksdog").Should().HaveCount(4);

        tokenizer.Encode("a sksdog").Should().Equal(before);
    }

    [FixtureFact("tokenizers")]
    public void A_word_of_a_hundred_thousand_letters_takes_no_minutes()
    {
        var tokenizer = Make(ClipTokenization.Transformers, "<|endoftext|>");
        var random = new Random(1);
        var word = new string([.. Enumerable.Range(0, 100_000).Select(_ => (char)('a' + random.Next(26)))]);

        tokenizer.ExecutionTimeOf(t => t.EncodePadded(word)).Should().BeLessThan(TimeSpan.FromSeconds(10));
    }

    [FixtureFact("tokenizers")]
    public void Lone_surrogates_do_no_harm()
    {
        var tokenizer = Make(ClipTokenization.Transformers, "<|endoftext|>");

        tokenizer.Encode("a \uD83D cat\uDC31").Should().Equal(tokenizer.Encode("a cat"));
    }

    private static IEnumerable<JsonNode> Cases => Recorded.Value["cases"]!.AsArray().OfType<JsonNode>();

    private static JsonObject AddedTokens => Recorded.Value["added_tokens"]!.AsObject();

    [Fact]
    public void A_merge_that_is_listed_twice_is_named()
    {
        using var merges = new StringReader("#version: 0.2\ni n\ni n\n");

        var make = () => ClipTokenizer.FromMerges(merges);

        make.Should().Throw<CheckpointException>().WithMessage("*'in' twice*");
    }

    [FixtureTheory("tokenizers")]
    [InlineData("vocab.json")]
    [InlineData("merges.txt")]
    public void A_file_that_somebody_else_has_locked_is_named(string file)
    {
        using var folder = new TemporaryFolder();
        foreach (var name in (string[])["vocab.json", "merges.txt"])
        {
            File.Copy(Fixtures.Path("tokenizers", "clip", name), folder[name]);
        }

        using var held = new FileStream(folder[file], FileMode.Open, FileAccess.ReadWrite, FileShare.None);

        var load = () => ClipTokenizer.Load(folder.Path);

        load.Should().Throw<CheckpointException>().WithMessage($"*{folder[file]} cannot be read*");
    }

    private static ClipTokenizer Make(ClipTokenization tokenization, string pad)
    {
        using var merges = File.OpenText(Fixtures.Path("tokenizers", "clip", "merges.txt"));
        return ClipTokenizer.FromMerges(merges, pad, tokenization);
    }

    private static int[] Ids(JsonNode ids) => [.. ids.AsArray().Select(id => (int)id!)];

    private static bool LeavesFtfyAlone(JsonNode recorded) => Ids(recorded["slow_ftfy"]!).SequenceEqual(Ids(recorded["slow"]!));

    /// <summary>A folder with the recorded vocabulary that a test may spoil.</summary>
    private sealed class TokenizerCopy : IDisposable
    {
        public TokenizerCopy()
        {
            Path = Directory.CreateTempSubdirectory("tokenizer-").FullName;
            foreach (var file in (string[])["vocab.json", "merges.txt"])
            {
                File.Copy(Fixtures.Path("tokenizers", "clip", file), System.IO.Path.Combine(Path, file));
            }
        }

        public string Path { get; }

        public void Dispose() => Directory.Delete(Path, recursive: true);
    }
}
