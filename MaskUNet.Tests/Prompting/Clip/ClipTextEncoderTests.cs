using MaskUNet.Prompting.Clip;
using MaskUNet.Tests.TestSupport;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Tests.Prompting.Clip;

public class ClipTextEncoderTests
{
    [FixtureTheory("pipelines")]
    [MemberData(nameof(TextFixtures.PipelineCases), MemberType = typeof(TextFixtures))]
    public void Recorded_prompts_give_the_recorded_hidden_states(string pipeline)
    {
        using var scope = NewDisposeScope();
        using var encoder = Load(pipeline);
        var (recorded, facts) = TextFixtures.Recorded(pipeline);
        string[] prompts = [.. facts["prompts"]!.AsArray().Select(prompt => (string)prompt!)];

        var embedding = encoder.Encode(prompts);

        embedding.HiddenStates.ShouldMatch(
            recorded["last_hidden_state"], (double)facts["outputs"]!["last_hidden_state"]!["rel_tolerance"]!, pipeline);
        embedding.Dropped.Select(text => text.Length > 0)
            .Should().Equal(prompts.Select(prompt => encoder.Tokenizer.Encode(prompt).Count > encoder.Tokenizer.MaxLength));
    }

    [FixtureTheory("pipelines")]
    [MemberData(nameof(TextFixtures.PipelineCases), MemberType = typeof(TextFixtures))]
    public void A_batch_gives_what_its_prompts_give_alone(string pipeline)
    {
        using var scope = NewDisposeScope();
        using var encoder = Load(pipeline, ScalarType.Float64);

        var batch = encoder.Encode(["a red cat", "a dog"], clipSkip: 1).HiddenStates;

        batch[1].ShouldMatch(encoder.Encode(["a dog"], clipSkip: 1).HiddenStates[0], 1e-12, "second prompt");
    }

    [FixtureTheory("pipelines")]
    [MemberData(nameof(TextFixtures.PipelineCases), MemberType = typeof(TextFixtures))]
    public void An_added_token_that_copies_a_word_s_vector_means_that_word(string pipeline)
    {
        using var scope = NewDisposeScope();
        using var encoder = Load(pipeline);
        var cat = encoder.TokenTable.narrow(0, encoder.Tokenizer.IdOf("cat</w>")!.Value, 1);

        using var extended = encoder.With(["<my-cat>"], cat);

        extended.Encode(["a photo of <my-cat>"]).HiddenStates
            .ShouldEqualBitForBit(encoder.Encode(["a photo of cat"]).HiddenStates, "the copied word");
        extended.Tokenizer.IdOf("<my-cat>").Should().Be(encoder.Tokenizer.Count);
    }

    [FixtureTheory("pipelines")]
    [MemberData(nameof(TextFixtures.PipelineCases), MemberType = typeof(TextFixtures))]
    public void Impossible_requests_are_refused_by_name(string pipeline)
    {
        using var scope = NewDisposeScope();
        using var encoder = Load(pipeline);

        Refused(() => encoder.Encode([])).WithMessage("*prompt*");
        Refused(() => encoder.Encode(["a"], encoder.Config.Layers)).WithMessage($"*{encoder.Config.Layers}*");
        Refused(() => encoder.Encode(["a"], -1)).WithMessage("*-1*");
        Refused(() => encoder.With(["<a>"], zeros(1, encoder.Config.HiddenSize + 1))).WithMessage($"*{encoder.Config.HiddenSize}*");

        Refused(() => encoder.EncodeIds(zeros(1, encoder.Config.Positions + 1, dtype: int64))).WithMessage($"*{encoder.Config.Positions + 1}*");
        Refused(() => encoder.EncodeIds(zeros(3, dtype: int64))).WithMessage("*[3]*");
        Refused(() => encoder.EncodeIds(zeros(1, 3))).WithMessage("*Float32*");
        Refused(() => encoder.EncodeIds(full(1, 3, encoder.TokenTable.shape[0], dtype: int64))).WithMessage($"*{encoder.TokenTable.shape[0]}*");
        Refused(() => encoder.EncodeIds(full(1, 3, -1, dtype: int64))).WithMessage("*-1*");

        static FluentAssertions.Specialized.ExceptionAssertions<InvalidOptionException> Refused(Action action) =>
            action.Should().Throw<InvalidOptionException>();
    }

    [FixtureTheory("pipelines")]
    [MemberData(nameof(TextFixtures.PipelineCases), MemberType = typeof(TextFixtures))]
    public void A_tokenizer_with_more_tokens_than_the_model_is_refused(string pipeline)
    {
        var tokenizer = ClipTokenizer.Load(Fixtures.Path("pipelines", pipeline, "tokenizer")).With("<one-more>");

        var build = () => new ClipTextEncoder(tokenizer, TextFixtures.Config(pipeline), TextFixtures.Weights(pipeline));

        build.Should().Throw<CheckpointException>().WithMessage($"*{tokenizer.Count}*");
    }

    [FixtureTheory("pipelines")]
    [MemberData(nameof(TextFixtures.PipelineCases), MemberType = typeof(TextFixtures))]
    public void Sizes_that_make_no_model_are_refused_before_any_weight_is_read(string pipeline)
    {
        var tokenizer = ClipTokenizer.Load(Fixtures.Path("pipelines", pipeline, "tokenizer"));
        var config = TextFixtures.Config(pipeline);

        var build = () => new ClipTextEncoder(tokenizer, config with { Heads = config.HiddenSize + 1 }, new BreakingWeights(reads: 0));

        build.Should().Throw<CheckpointException>().WithMessage("*num_attention_heads*");
    }

    [FixtureTheory("pipelines")]
    [MemberData(nameof(TextFixtures.PipelineCases), MemberType = typeof(TextFixtures))]
    [LeavesNoTensors]
    public void A_source_that_fails_half_way_leaves_no_weight(string pipeline)
    {
        var tokenizer = ClipTokenizer.Load(Fixtures.Path("pipelines", pipeline, "tokenizer"));

        var build = () => new ClipTextEncoder(tokenizer, TextFixtures.Config(pipeline), new BreakingWeights(reads: 15));

        build.Should().Throw<IOException>();
    }

    [FixtureTheory("pipelines")]
    [MemberData(nameof(TextFixtures.PipelineCases), MemberType = typeof(TextFixtures))]
    public void An_encoder_frees_everything_that_it_made(string pipeline)
    {
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;

        using (var encoder = Load(pipeline))
        {
            encoder.Encode(["a cat"]).HiddenStates.Dispose();
        }

        DisposeScopeManager.Statistics.ThreadTotalLiveCount.Should().Be(before);
    }

    private static ClipTextEncoder Load(string pipeline, ScalarType type = ScalarType.Float32) =>
        new(ClipTokenizer.Load(Fixtures.Path("pipelines", pipeline, "tokenizer")), TextFixtures.Config(pipeline), TextFixtures.Weights(pipeline), type);
}
