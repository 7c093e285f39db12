using System.Globalization;

namespace MaskUNet.Tests.TestSupport;

/// <summary>A culture that writes numbers as de-DE does, until it is disposed. Named cultures are not installed everywhere.</summary>
public sealed class CommaCulture : IDisposable
{
    private readonly CultureInfo before = CultureInfo.CurrentCulture;

    public CommaCulture()
    {
        var comma = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        (comma.NumberFormat.NumberDecimalSeparator, comma.NumberFormat.NumberGroupSeparator) = (",", ".");
        CultureInfo.CurrentCulture = comma;
    }

    public void Dispose() => CultureInfo.CurrentCulture = before;
}
