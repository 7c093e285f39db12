using MaskUNet.Tests.TestSupport;
using MaskUNet.Tests.UNet;

namespace MaskUNet.Tests.Pipelines;

/// <summary>The fixtures' pipelines as a user would load them.</summary>
public static class TinyPipelines
{
    public const string Area = RecordedPipelines.Area;

    public static IEnumerable<object[]> Names => RecordedPipelines.Names.Select(name => new object[] { name });

    public static string Folder(string name) => Fixtures.Path(Area, name);

    public static string AnyName => RecordedPipelines.Names.First();

    public static string AnyFolder => Folder(AnyName);

    public static MaskUNetBuilder Builder(string? name = null) => new MaskUNetBuilder().UseStableDiffusion(name is null ? AnyFolder : Folder(name));

    public static Task<IImagePipeline> LoadAsync(string? name = null) => Builder(name).UseDdim().BuildAsync();

    public static async Task<byte[]> PixelsAsync(this IImagePipeline pipeline, ImageRequest request)
    {
        var result = await pipeline.GenerateAsync(request);
        return [.. result.Images.SelectMany(image => image.Image.Pixels.ToArray())];
    }
}
