using System.Text.Json.Nodes;
using MaskUNet.Checkpoints;
using MaskUNet.Prompting.Clip;
using MaskUNet.Tests.TestSupport;

namespace MaskUNet.Tests.Checkpoints;

public class KeyMapTests
{
    private const string Suffix = "-from-ldm.json";

    public static IEnumerable<object[]> Maps() => Fixtures.Has("keys")
        ? Directory.GetFiles(Fixtures.Path("keys"), "*" + Suffix).Order().Select(file => new object[] { Path.GetFileName(file)[..^Suffix.Length] })
        : [];

    [FixtureTheory("keys")]
    [MemberData(nameof(Maps))]
    public void Every_name_of_a_single_file_becomes_the_recorded_one(string model)
    {
        var facts = Fixtures.Json("keys", model + Suffix);
        var pairs = facts["pairs"]!.AsArray().Select(row => (From: (string)row![0]!, To: (string)row[1]!, By: (string)row[2]!)).ToList();
        var source = Source(model, facts);
        var map = MapOf(source);

        var ours = source.Entries.Values.SelectMany(entry => map(entry).Select(mapped => (From: entry.Name, To: mapped.Name, By: mapped.Transform.ToString()!)));

        ours.Should().BeEquivalentTo(pairs);
    }

    [FixtureTheory("keys")]
    [MemberData(nameof(Maps))]
    public void A_renamed_single_file_has_exactly_the_keys_and_shapes_of_the_model(string model)
    {
        var source = Source(model, Fixtures.Json("keys", model + Suffix));

        var renamed = new RenamedWeights(source, MapOf(source));

        renamed.Entries.ToDictionary(entry => entry.Key, entry => string.Join(',', entry.Value.Shape))
            .Should().BeEquivalentTo(KeyFixtures.Listing(model).ToDictionary(entry => entry.Key, entry => string.Join(',', entry.Value)));
    }

    [FixtureFact("keys")]
    public void Old_names_of_an_autoencoder_become_the_new_ones()
    {
        foreach (var row in Fixtures.Json("keys", "sd-vae" + Suffix)["old"]!.AsArray())
        {
            var stored = new TensorEntry((string)row![0]!, TorchSharp.torch.ScalarType.Float32, KeyFixtures.Shape(row[3]!));

            VaeAttentionNames.Map(stored).Should().Equal(new MappedTensor((string)row[1]!));
        }
    }

    [FixtureFact("keys")]
    public void Todays_names_of_an_autoencoder_stay()
    {
        foreach (var (name, shape) in KeyFixtures.Listing("sd-vae"))
        {
            VaeAttentionNames.Map(new TensorEntry(name, TorchSharp.torch.ScalarType.Float32, shape)).Should().Equal(new MappedTensor(name));
        }
    }

    [FixtureFact("keys")]
    public void Averaged_weights_are_taken_on_request()
    {
        var pairs = Fixtures.Json("keys", "sd15-unet" + Suffix)["pairs"]!.AsArray().Select(row => (From: (string)row![0]!, To: (string)row[1]!)).ToList();
        var averaged = pairs.ToDictionary(
            pair => "model_ema.diffusion_model" + string.Concat(pair.From.Split('.').Skip(2)), pair => pair.To);
        var names = new LdmUNetNames([.. pairs.Select(pair => pair.From), .. averaged.Keys], ema: true);

        foreach (var (name, renamed) in averaged)
        {
            names.Map(new TensorEntry(name, TorchSharp.torch.ScalarType.Float32, [])).Should().Equal(new MappedTensor(renamed));
        }

        names.Map(new TensorEntry(pairs[0].From, TorchSharp.torch.ScalarType.Float32, [])).Should().BeEmpty();
    }

    private static KeyFixtures.Listed Source(string model, JsonNode facts)
    {
        var listing = KeyFixtures.Listing(model);
        var stored = facts["pairs"]!.AsArray()
            .Select(row => (Name: (string)row![0]!, Shape: row.AsArray().Count > 3 ? KeyFixtures.Shape(row[3]!) : listing[(string)row[1]!]));
        // A remark may follow the name.
        var unused = (facts["in_file_but_unused"]?.AsArray() ?? []).Select(name => (Name: ((string)name!).Split(' ')[0], Shape: Array.Empty<long>()));
        return new(model, stored.DistinctBy(tensor => tensor.Name).Concat(unused));
    }

    private static Func<TensorEntry, IEnumerable<MappedTensor>> MapOf(KeyFixtures.Listed source)
    {
        const string OpenClipWithProjection = "conditioner.embedders.1.model.";
        var first = source.Entries.Keys.First();
        return first switch
        {
            _ when first.StartsWith(LdmUNetNames.Prefix, StringComparison.Ordinal) => new LdmUNetNames(source.Entries.Keys).Map,
            _ when first.StartsWith(LdmVaeNames.Prefix, StringComparison.Ordinal) => new LdmVaeNames(source.Entries.Keys).Map,
            _ when first.StartsWith(TextEncoderNames.ClipPrefix, StringComparison.Ordinal) => TextEncoderNames.Clip,
            _ when first.StartsWith(TextEncoderNames.OpenClipPrefix, StringComparison.Ordinal) => stored => TextEncoderNames.OpenClip(stored, Layers(source.Name)),
            _ when first.StartsWith(OpenClipWithProjection, StringComparison.Ordinal) => stored =>
                stored.Name.EndsWith("logit_scale", StringComparison.Ordinal) ? [] : OpenClipNames.Text(stored.Name[OpenClipWithProjection.Length..], stored.Shape),
            _ => throw new NotSupportedException(first),
        };
    }

    private static int Layers(string model) => (int)Fixtures.Json("keys", model + ".json")["config"]!["num_hidden_layers"]!;
}
