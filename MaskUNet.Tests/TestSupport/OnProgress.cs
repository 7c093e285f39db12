using MaskUNet.Tests.TestSupport;

namespace MaskUNet.Tests.TestSupport;

/// <summary>Progress that is told at once, on the thread that works, unlike <see cref="Progress{T}"/>.</summary>
internal sealed class OnProgress<T>(Action<T> report) : IProgress<T>
{
    public void Report(T value) => report(value);
}
