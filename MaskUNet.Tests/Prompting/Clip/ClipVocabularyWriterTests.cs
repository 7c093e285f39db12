using MaskUNet.Prompting.Clip;
using MaskUNet.Tests.TestSupport;

namespace MaskUNet.Tests.Prompting.Clip;

public sealed class ClipVocabularyWriterTests : IDisposable
{
    private static readonly string[] Words = ["a", "circle", "circles", "red", "ring", "of", "to", "two"];

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Every_word_is_one_token_of_its_own()
    {
        ClipVocabularyWriter.Write(folder.Path, Words, maxLength: 10);
        var tokenizer = ClipTokenizer.Load(folder.Path);
        var ids = Words.Select(word => tokenizer.Encode(word)).ToList();
        ids.Should().OnlyContain(tokens => tokens.Count == 3, "the two ends belong to every text");
        ids.Select(tokens => tokens[1]).Should().OnlyHaveUniqueItems();
        tokenizer.EncodePadded("two red circles").Ids.Should().HaveCount(10).And.StartWith(tokenizer.StartId).And.EndWith(tokenizer.EndId);
    }

    [Fact]
    public void Other_words_fall_into_pieces_that_read_the_same()
    {
        ClipVocabularyWriter.Write(folder.Path, Words, maxLength: 20);
        var tokenizer = ClipTokenizer.Load(folder.Path);
        tokenizer.Decode(tokenizer.Encode("a purple ring é 12").Skip(1).SkipLast(1)).Trim().Should().Be("a purple ring é 1 2", "CLIP reads numbers by the digit");
    }

    [Fact]
    public void The_same_words_give_the_same_files_whatever_their_order()
    {
        ClipVocabularyWriter.Write(folder["first"], Words, maxLength: 10);
        ClipVocabularyWriter.Write(folder["second"], [.. Words.Reverse(), .. Words], maxLength: 10);
        foreach (var file in Directory.GetFiles(folder["first"]))
        {
            File.ReadAllText(folder["second", Path.GetFileName(file)]).Should().Be(File.ReadAllText(file));
        }
    }

    [Fact]
    public void Words_that_cannot_be_taken_are_named()
    {
        var capital = () => ClipVocabularyWriter.Write(folder.Path, ["red", "Blue"], maxLength: 10);
        capital.Should().Throw<InvalidOptionException>().WithMessage("*'Blue'*");
        var none = () => ClipVocabularyWriter.Write(folder.Path, [], maxLength: 10);
        none.Should().Throw<InvalidOptionException>();
        var narrow = () => ClipVocabularyWriter.Write(folder.Path, ["red"], maxLength: 2);
        narrow.Should().Throw<InvalidOptionException>().WithMessage("*at least 3*");
    }
}
