namespace MaskUNet.Kernels;

/// <summary>
/// Numbers side by side in a vector register, as wide as the processor has them: <see cref="WideLanes"/> or <see cref="NarrowLanes"/>. The
/// framework has such an interface, but for itself.
/// </summary>
/// <typeparam name="TSelf">The implementing type.</typeparam>
internal unsafe interface ILanes<TSelf>
    where TSelf : unmanaged, ILanes<TSelf>
{
    /// <summary>How many.</summary>
    static abstract int Count { get; }

    /// <summary>One number in all lanes.</summary>
    static abstract TSelf All(float value);

    /// <summary>From memory.</summary>
    static abstract TSelf Load(float* from);

    /// <summary>To memory.</summary>
    static abstract void Store(TSelf value, float* to);

    static abstract TSelf operator +(TSelf left, TSelf right);

    static abstract TSelf operator -(TSelf left, TSelf right);

    static abstract TSelf operator *(TSelf left, TSelf right);

    /// <summary>left * right + addend, rounded once.</summary>
    static abstract TSelf MultiplyAdd(TSelf left, TSelf right, TSelf addend);

    /// <summary>The higher of two; the second where either is no number.</summary>
    static abstract TSelf Higher(TSelf left, TSelf right);

    /// <summary>The nearest whole number.</summary>
    static abstract TSelf Round(TSelf value);

    /// <summary>2 to the power of whole numbers between -126 and 127.</summary>
    static abstract TSelf TwoToThe(TSelf power);

    /// <summary>Turns rows into columns.</summary>
    /// <param name="from">As many rows as lanes, of as many numbers.</param>
    /// <param name="stride">From a row to the next.</param>
    /// <param name="to">The columns one after another, aligned.</param>
    static abstract void Transpose(float* from, nint stride, float* to);
}
