using MaskUNet.Images;

namespace MaskUNet.Training;

/// <summary>
/// A folder of PNG, JPEG, WebP and BMP pictures, its subfolders included. The captions stand in <c>metadata.jsonl</c> in the folder (an object a
/// line, with file_name and text, as Hugging Face's imagefolder has it) or else in a text file beside each picture: NAME.txt for NAME.png.
/// Pictures are sorted by their paths. Files whose names are hidden are passed over, and links to folders are not followed. Safe to share
/// between threads.
/// </summary>
public sealed class ImageFolderDataset : IPictureDataset
{
    /// <summary>The key of the caption in metadata.jsonl, where no other is named.</summary>
    public const string DefaultCaptionColumn = "text";

    private const string CaptionExtension = ".txt";
    private const int MostNamed = 3;

    private readonly string[] pictures;
    private readonly Dictionary<string, string>? captions;

    /// <summary>Lists the folder, and reads metadata.jsonl if it is there; pictures and text files are read when they are asked for.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="captionColumn">The key of the caption in metadata.jsonl.</param>
    /// <exception cref="DatasetException">
    /// The folder is missing or has no pictures, metadata.jsonl is damaged or names a picture that is not there, or pictures have no caption.
    /// </exception>
    public ImageFolderDataset(string folder, string captionColumn = DefaultCaptionColumn)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        ArgumentException.ThrowIfNullOrEmpty(captionColumn);
        Name = folder;
        pictures = FolderFiles.List(folder, ".png", ".jpg", ".jpeg", ".webp", ".bmp");
        if (pictures.Length == 0)
        {
            throw new DatasetException($"The folder {folder} has no PNG, JPEG, WebP or BMP pictures; name the folder that holds them.");
        }

        if (File.Exists(Path.Combine(folder, MetadataCaptions.FileName)))
        {
            captions = MetadataCaptions.Read(folder, captionColumn);
            CheckAreThere(captions.Keys.Except(pictures, StringComparer.Ordinal).ToArray());
        }

        CheckHaveCaptions(pictures.Where(picture => !HasCaption(picture)).ToArray());
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public long Count => pictures.Length;

    /// <inheritdoc/>
    /// <exception cref="DatasetException">The caption's text file went away, or is no UTF-8.</exception>
    public CaptionedPicture Load(long index)
    {
        if (index < 0 || index >= pictures.Length)
        {
            throw new InvalidOptionException($"{Name} has {pictures.Length} pictures, counted from 0; there is no picture {index}.");
        }

        var picture = pictures[index];
        var caption = captions is null
            ? DatasetFile.Read(InFolder(CaptionFile(picture)), file => File.ReadAllText(file, DatasetFile.StrictUtf8)).Trim()
            : captions[picture];
        return new CaptionedPicture(RgbImage.Load(InFolder(picture)), caption);
    }

    private static string CaptionFile(string picture) => Path.ChangeExtension(picture, CaptionExtension);

    private static string FirstOf(string[] names) => $"(first {string.Join(", ", names.Take(MostNamed))})";

    private string InFolder(string picture) => Path.Combine(Name, picture);

    private bool HasCaption(string picture) => captions?.ContainsKey(picture) ?? File.Exists(InFolder(CaptionFile(picture)));

    private void CheckAreThere(string[] missing)
    {
        if (missing.Length > 0)
        {
            throw new DatasetException(
                $"{InFolder(MetadataCaptions.FileName)} names {missing.Length} pictures that are not in the folder as PNG, JPEG, WebP or BMP "
                + $"{FirstOf(missing)}. Add the pictures, or take their lines out.");
        }
    }

    private void CheckHaveCaptions(string[] bare)
    {
        if (bare.Length > 0)
        {
            throw new DatasetException($"{bare.Length} of the {pictures.Length} pictures in {Name} have no caption {FirstOf(bare)}. " + (captions is null
                ? $"Write the caption of NAME.png into NAME{CaptionExtension} beside it, or all captions into {MetadataCaptions.FileName}."
                : $"Add a line with file_name and caption to {MetadataCaptions.FileName} for each, or take the pictures out."));
        }
    }
}
