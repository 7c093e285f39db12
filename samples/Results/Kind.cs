using MaskUNet.Masking;

namespace MaskUNet.Samples.Results;

/// <summary>A way of drawing.</summary>
/// <param name="Name">What tables call it.</param>
/// <param name="Masks">The masks of a batch: of the first picture in it, and the batch's number among those of the prompt.</param>
/// <param name="Version">Tells pictures apart that were drawn with other weights or options under the same name.</param>
/// <param name="TakesPrompts">Whether pictures of many prompts are drawn at once, rather than many of one.</param>
internal sealed record Kind(string Name, Func<PictureKey, int, MaskStrategy> Masks, string Version = "", bool TakesPrompts = false)
{
    /// <summary>Where its pictures lie; tells it from all others.</summary>
    public string Folder => (Version.Length == 0 ? Name : $"{Name} {Version}").Replace(' ', '-');
}
