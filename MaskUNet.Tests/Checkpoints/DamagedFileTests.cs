using MaskUNet.Checkpoints;
using MaskUNet.Tests.TestSupport;

namespace MaskUNet.Tests.Checkpoints;

/// <summary>Good files damaged at random, always the same way: they load or are refused, and nothing else ever happens.</summary>
public class DamagedFileTests
{
    private const int Variants = 600;

    [FixtureTheory("files")]
    [InlineData("safetensors")]
    [InlineData("pytorch")]
    [InlineData("safetensors-index")]
    public void Damage_is_refused_or_harmless(string format)
    {
        using var folder = new TemporaryFolder();
        var sources = FileCase.Paths(format, "ok").Select(path => FileCase.At((string)path[0]).Path).ToList();
        var (random, refused) = (new Random(format.Length), 0);
        for (var i = 0; i < Variants; i++)
        {
            var source = sources[i % sources.Count];
            var damaged = Neighbourhood(folder[$"{i % sources.Count}"], source);
            File.WriteAllBytes(damaged, Damage(File.ReadAllBytes(source), random));
            foreach (var open in Readers(damaged))
            {
                var failure = Record.Exception(() => ReadAll(open));
                if (failure is not null)
                {
                    failure.Should().BeOfType<CheckpointException>("this is variant {0} of {1}: {2}", i, source, failure);
                    refused++;
                }
            }
        }

        refused.Should().BeGreaterThan(Variants / 10, "most damage matters");
    }

    /// <summary>A folder with the shards that an index needs; gives the place of the damaged file in it.</summary>
    private static string Neighbourhood(string folder, string source)
    {
        if (!Directory.Exists(folder))
        {
            Directory.CreateDirectory(folder);
            var needed = source.EndsWith(".index.json", StringComparison.Ordinal) ? "*" : Path.GetFileName(source);
            foreach (var shard in Directory.GetFiles(Path.GetDirectoryName(source)!, needed))
            {
                File.Copy(shard, Path.Combine(folder, Path.GetFileName(shard)));
            }
        }

        return Path.Combine(folder, Path.GetFileName(source));
    }

    private static IEnumerable<Func<WeightFile>> Readers(string path) =>
    [
        () => WeightFile.Open(path),
        () => new SafetensorsFile(path),
        () => new PyTorchFile(path),
        () => new ShardedFile(path),
    ];

    private static void ReadAll(Func<WeightFile> open)
    {
        using var file = open();
        foreach (var name in file.Entries.Keys)
        {
            file.Read(name).Dispose();
        }
    }

    private static byte[] Damage(byte[] bytes, Random random)
    {
        switch (random.Next(4))
        {
            case 0:
                return bytes[..random.Next(bytes.Length)];
            case 1: // a stretch is missing
                var (from, to) = (random.Next(bytes.Length), random.Next(bytes.Length));
                return [.. bytes[..Math.Min(from, to)], .. bytes[Math.Max(from, to)..]];
            default: // some bytes changed, mostly in the structures at the start
                var reach = random.Next(2) == 0 ? bytes.Length : Math.Min(bytes.Length, 1200);
                for (var count = random.Next(1, 6); count > 0; count--)
                {
                    var at = random.Next(reach);
                    bytes[at] = random.Next(3) == 0 ? (byte)random.Next(256) : (byte)(bytes[at] ^ (1 << random.Next(8)));
                }

                return bytes;
        }
    }
}
