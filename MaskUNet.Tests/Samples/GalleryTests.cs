using MaskUNet.Images;
using MaskUNet.Samples.Results;
using MaskUNet.Tests.TestSupport;

namespace MaskUNet.Tests.Samples;

public sealed class GalleryTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    [Fact]
    public void The_pictures_of_a_kind_a_prompt_and_a_seed_come_back_as_they_were()
    {
        var gallery = new Gallery(folder["pictures"]);
        RgbImage[] pictures = [.. Enumerable.Range(0, 3).Select(i => new RgbImage(4, 4, [.. Enumerable.Range(0, 48).Select(j => (byte)((5 * j) + i))]))];
        gallery.Save(Kinds.Plain, new(7, 1), pictures);
        gallery.Load(Kinds.Plain, new(7, 1)).Select(picture => picture.Pixels.ToArray()).Should().BeEquivalentTo(pictures.Select(picture => picture.Pixels.ToArray()), o => o.WithStrictOrdering());
        gallery.Load(Kinds.Plain, new(7, 2)).Should().BeEmpty();
        gallery.Load(Kinds.Plain with { Version = "other" }, new(7, 1)).Should().BeEmpty("they were drawn with other weights");
    }

    public void Dispose() => folder.Dispose();
}
