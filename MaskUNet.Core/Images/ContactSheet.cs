namespace MaskUNet.Images;

/// <summary>Several pictures with captions side by side, as one picture: for comparing seeds, masks or settings.</summary>
public static class ContactSheet
{
    private const int Rgb = 3;
    private const int Gap = 8;
    private const int MostLines = 3;
    private const int PixelsPerScale = 320; // captions grow with the pictures, or they could not be read when a sheet is shown smaller
    private const string Ellipsis = "...";

    /// <summary>Lays pictures out in a grid, row by row, black captions under them on white.</summary>
    /// <param name="cells">Pictures and captions; an empty caption leaves its place empty. Captions are cut after three lines; letters outside ASCII show as boxes.</param>
    /// <param name="columns">Pictures in a row; 0 (default) makes the grid about square.</param>
    /// <exception cref="InvalidOptionException">There is no picture, one or its caption is null, the number of columns is below 0, or the sheet would have more than 128 million pixels.</exception>
    public static RgbImage Create(IReadOnlyList<(RgbImage Image, string Caption)> cells, int columns = 0)
    {
        ArgumentNullException.ThrowIfNull(cells);
        if (cells.Count == 0 || columns < 0)
        {
            throw new InvalidOptionException($"A contact sheet needs at least one picture and no negative number of columns; it got {cells.Count} and {columns}.");
        }

        columns = columns == 0 ? (int)Math.Ceiling(Math.Sqrt(cells.Count)) : columns;
        return FromRows([.. cells.Chunk(columns)]);
    }

    /// <summary>Lays rows of pictures out one under the other, black captions under the pictures on white.</summary>
    /// <param name="rows">Rows of pictures and captions as for <see cref="Create"/>; the places after a shorter one stay empty, and a row without any is left out.</param>
    /// <exception cref="InvalidOptionException">There is no picture, one or its caption is null, or the sheet would have more than 128 million pixels.</exception>
    public static RgbImage FromRows(IReadOnlyList<IReadOnlyList<(RgbImage Image, string Caption)>> rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        if (rows.Any(row => row is null || row.Any(cell => cell.Image is null || cell.Caption is null)))
        {
            throw new InvalidOptionException("A contact sheet's cell holds null; give each a picture and a caption, which may be empty.");
        }

        var cells = rows.Where(row => row.Count > 0).SelectMany((row, number) => row.Select((cell, column) => (cell.Image, cell.Caption, Row: number, Column: column))).ToList();
        if (cells.Count == 0)
        {
            throw new InvalidOptionException("A contact sheet needs at least one picture; its rows have none.");
        }

        var (width, height) = (cells.Max(cell => cell.Image.Width), cells.Max(cell => cell.Image.Height));
        var scale = 1 + (width / PixelsPerScale);
        var captions = cells.ConvertAll(cell => Wrap(cell.Caption, Math.Max(1, width / (PixelFont.Advance * scale))));
        var lineHeight = (PixelFont.GlyphHeight + 3) * scale;
        var captionHeight = captions.Max(lines => lines.Count) * lineHeight;

        var (columns, lastRow) = (1 + cells.Max(cell => cell.Column), cells[^1].Row);
        var (sheetWidth, sheetHeight) = Size(((columns * ((long)width + Gap)) + Gap, ((lastRow + 1) * ((long)height + captionHeight + Gap)) + Gap));
        var sheet = new byte[sheetWidth * sheetHeight * Rgb];
        Array.Fill(sheet, byte.MaxValue);
        foreach (var (cell, lines) in cells.Zip(captions))
        {
            var left = Gap + (cell.Column * (width + Gap));
            var top = Gap + (cell.Row * (height + captionHeight + Gap));
            Paste(sheet, sheetWidth, cell.Image, left + ((width - cell.Image.Width) / 2), top + height - cell.Image.Height);
            for (var line = 0; line < lines.Count; line++)
            {
                Write(sheet, sheetWidth, lines[line], left, top + height + (line * lineHeight) + (2 * scale), scale);
            }
        }

        return new RgbImage(sheet, sheetWidth, sheetHeight);
    }

    /// <summary>Lines of at most so many characters, broken at spaces where there are some, cut after the third.</summary>
    internal static IReadOnlyList<string> Wrap(string caption, int most)
    {
        var lines = new List<string>();
        var rest = string.Join(' ', caption.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        while (rest.Length > 0)
        {
            if (lines.Count == MostLines)
            {
                var kept = Math.Max(0, Math.Min(lines[^1].Length, most - Ellipsis.Length));
                lines[^1] = (lines[^1][..kept].TrimEnd() + Ellipsis)[..Math.Min(most, kept + Ellipsis.Length)];
                break;
            }

            var end = rest.Length <= most ? rest.Length : rest.LastIndexOf(' ', most);
            end = end > 0 ? end : most;
            lines.Add(rest[..end]);
            rest = rest[end..].TrimStart();
        }

        return lines;
    }

    private static (int Width, int Height) Size((long Width, long Height) size) => (Int128)size.Width * size.Height <= PictureCodec.MostPixels
        ? ((int)size.Width, (int)size.Height)
        : throw new InvalidOptionException(
            $"The contact sheet would have {size.Width} x {size.Height} pixels, more than {PictureCodec.MostPixels}; take fewer pictures, or resize them first.");

    private static void Paste(byte[] sheet, int sheetWidth, RgbImage image, int left, int top)
    {
        for (var y = 0; y < image.Height; y++)
        {
            image.Pixels.Span.Slice(y * image.Width * Rgb, image.Width * Rgb).CopyTo(sheet.AsSpan((((top + y) * sheetWidth) + left) * Rgb));
        }
    }

    private static void Write(byte[] sheet, int sheetWidth, string line, int left, int top, int scale)
    {
        for (var i = 0; i < line.Length; i++)
        {
            for (var y = 0; y < PixelFont.GlyphHeight * scale; y++)
            {
                for (var x = 0; x < PixelFont.GlyphWidth * scale; x++)
                {
                    if (PixelFont.IsSet(line[i], x / scale, y / scale))
                    {
                        var at = left + (i * PixelFont.Advance * scale) + x;
                        sheet.AsSpan((((top + y) * sheetWidth) + at) * Rgb, Rgb).Clear();
                    }
                }
            }
        }
    }
}
