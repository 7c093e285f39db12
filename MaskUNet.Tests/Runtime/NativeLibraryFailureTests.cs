using MaskUNet.Runtime;
using TorchSharp;

namespace MaskUNet.Tests.Runtime;

public class NativeLibraryFailureTests
{
    [Theory]
    [InlineData("/lib/libstdc++.so.6: version `GLIBCXX_3.4.32' not found (required by /app/x.so)", "x.so needs GLIBCXX_3.4.32*newer distribution*newer libstdc++6*")]
    [InlineData("/lib/libstdc++.so.6: version `CXXABI_1.3.15' not found (required by /app/x.so)", "x.so needs CXXABI_1.3.15*newer libstdc++6*")]
    [InlineData("/lib/libc.so.6: version `GLIBC_2.34' not found (required by /app/x.so)", "x.so needs GLIBC_2.34*newer distribution*cannot be replaced alone*")]
    [InlineData("libtorch.so: cannot open shared object file: No such file or directory", "x.so*brings no libtorch*libtorch-cpu-*2.10.0*MaskUNetBackend*")]
    [InlineData("This application or script uses TorchSharp but doesn't contain a reference to libtorch-cpu-win-x64, Version=2.10.0.0", "x.so*brings no libtorch*")]
    [InlineData("x.so: file too short\n  at C++ frame", "x.so cannot be loaded: x.so: file too short. Restore the packages TorchSharp and libtorch-cpu-*")]
    [InlineData("Unable to load 'x.so', consider strace: \n\n/app/x.so: file too short", "x.so cannot be loaded: /app/x.so: file too short. Restore*")]
    [InlineData("", "x.so cannot be loaded: no reason is given. Restore*")]
    public void A_loaders_message_becomes_the_library_the_cause_and_the_remedy(string loader, string expected)
    {
        var cause = new DllNotFoundException(loader);
        var failure = NativeLibraryFailure.Explain("x.so", cause);
        failure.Message.Should().Match(expected);
        failure.InnerException.Should().BeSameAs(cause);
    }

    [Fact]
    public void The_libtorch_it_names_is_the_one_TorchSharp_is_built_for() =>
        torch.__version__.Should().StartWith(NativeLibraryFailure.LibtorchVersion);
}
