using MaskUNet.Images;

namespace MaskUNet.Tests.Images;

public class ContactSheetTests
{
    [Fact]
    public void Pictures_lie_in_a_grid_under_which_captions_are_written()
    {
        var red = Plain(64, 64, 255, 0, 0);
        var sheet = ContactSheet.Create([(red, "seed 1"), (Plain(64, 64, 0, 255, 0), "seed 2"), (Plain(32, 64, 0, 0, 255), "")], columns: 2);

        sheet.Width.Should().Be((2 * 64) + (3 * 8));
        At(sheet, 8, 8).Should().Equal(255, 0, 0);
        At(sheet, 8 + 64 + 8, 8).Should().Equal(0, 255, 0);
        At(sheet, 0, 0).Should().Equal(255, 255, 255);
        Black(sheet, 8, 8 + 64, 64, 10).Should().BeGreaterThan(20, "a caption is written in black");
        At(sheet, 8 + 16, sheet.Height - 9 - 10).Should().Equal(0, 0, 255);
    }

    [Fact]
    public void The_grid_is_about_square_by_default()
    {
        var cells = Enumerable.Repeat((Plain(16, 16, 0, 0, 0), ""), 5).ToArray();
        var sheet = ContactSheet.Create(cells);
        (sheet.Width, sheet.Height).Should().Be(((3 * 24) + 8, (2 * 24) + 8));
    }

    [Fact]
    public void Rows_may_be_of_different_lengths()
    {
        var (black, red) = (Plain(16, 16, 0, 0, 0), Plain(16, 16, 255, 0, 0));
        var sheet = ContactSheet.FromRows([[(black, "")], [], [(red, ""), (red, ""), (red, "")]]);
        (sheet.Width, sheet.Height).Should().Be(((3 * 24) + 8, (2 * 24) + 8));
        At(sheet, 8, 8).Should().Equal(0, 0, 0);
        At(sheet, 8 + 24, 8).Should().Equal(255, 255, 255);
        At(sheet, 8 + 48, 8 + 24).Should().Equal(255, 0, 0);

        FluentActions.Invoking(() => ContactSheet.FromRows([[], []])).Should().Throw<InvalidOptionException>().WithMessage("*at least one picture*");
        FluentActions.Invoking(() => ContactSheet.FromRows([null!])).Should().Throw<InvalidOptionException>().WithMessage("*null*");
    }

    [Theory]
    [InlineData("a blue bench and a green car", 12, "a blue bench|and a green|car")]
    [InlineData("unbreakable", 4, "unbr|eaka|ble")]
    [InlineData("one two three four five", 5, "one|two|th...")]
    [InlineData("  spaces \n and lines ", 20, "spaces and lines")]
    [InlineData("", 5, "")]
    public void Captions_are_broken_at_spaces_and_cut_after_three_lines(string caption, int most, string lines) =>
        string.Join('|', ContactSheet.Wrap(caption, most)).Should().Be(lines);

    [Fact]
    public void Letters_that_the_font_lacks_show_as_boxes()
    {
        var box = Written("\u4e2d");
        box.Should().BeGreaterThan(0);
        Written("\u00fc").Should().Be(box);
        Written("\u0001").Should().Be(box);
        Written("u").Should().NotBe(box);

        static int Written(string caption)
        {
            var sheet = ContactSheet.Create([(Plain(64, 8, 255, 255, 255), caption)]);
            return Black(sheet, 0, 0, sheet.Width, sheet.Height);
        }
    }

    [Fact]
    public void A_sheet_of_nothing_is_refused()
    {
        var create = () => ContactSheet.Create([]);
        create.Should().Throw<InvalidOptionException>();
    }

    [Fact]
    public void A_sheet_with_a_hole_or_too_large_for_memory_is_refused()
    {
        var wide = new RgbImage(1 << 20, 1, new byte[3 << 20]);
        var high = new RgbImage(1, 1 << 20, new byte[3 << 20]);
        FluentActions.Invoking(() => ContactSheet.Create([(wide, ""), (high, "")])).Should().Throw<InvalidOptionException>().WithMessage("*pixels*resize*");
        FluentActions.Invoking(() => ContactSheet.Create([(null!, "")])).Should().Throw<InvalidOptionException>().WithMessage("*null*");
        FluentActions.Invoking(() => ContactSheet.Create([(wide, null!)])).Should().Throw<InvalidOptionException>().WithMessage("*null*");
    }

    private static RgbImage Plain(int width, int height, byte red, byte green, byte blue) =>
        new(width, height, [.. Enumerable.Repeat<byte[]>([red, green, blue], width * height).SelectMany(pixel => pixel)]);

    private static byte[] At(RgbImage image, int x, int y) => image.Pixels.Span.Slice(((y * image.Width) + x) * 3, 3).ToArray();

    private static int Black(RgbImage image, int left, int top, int width, int height) =>
        (from y in Enumerable.Range(top, height) from x in Enumerable.Range(left, width) where At(image, x, y).All(value => value == 0) select 1).Sum();
}
