using System.Security.Cryptography;

namespace MaskUNet.Tests.TestSupport;

public class FixtureManifestTests
{
    private const string Manifest = "MANIFEST.sha256";

    [FixtureFact(Manifest)]
    public void Every_recorded_file_of_the_areas_that_are_here_is_listed_and_unchanged()
    {
        // An area is a folder at the top; one that was not copied is not missed.
        var listed = File.ReadLines(Fixtures.Path(Manifest)).Where(line => Fixtures.Has(line.Split("  ", 2)[1].Split('/')[0])).ToHashSet();
        var present = Directory.EnumerateFiles(Fixtures.Root, "*", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(Fixtures.Root, file).Replace('\\', '/'))
            .Where(file => file != Manifest)
            .Select(file => $"{Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(Fixtures.Path(file))))}  {file}")
            .ToHashSet();
        listed.Except(present).Should().BeEmpty("these are listed, and changed or missing");
        present.Except(listed).Should().BeEmpty("these are here, and changed or not listed");
        present.Should().NotBeEmpty();
    }
}
