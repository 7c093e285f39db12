using System.Diagnostics.CodeAnalysis;
using MaskUNet.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Tests.Runtime;

[SuppressMessage("Reliability", "CA2000", Justification = "These tests leave things open on purpose.")]
public sealed class NativeThreadHygieneTests : IDisposable
{
    private readonly NativeThread thread = new("test thread");

    public void Dispose() => thread.Dispose();

    [Fact]
    public async Task Units_run_without_gradients_whatever_the_callers_mode()
    {
        using var withGradients = enable_grad();
        (await thread.RunAsync(() => is_grad_enabled())).Should().BeFalse();
    }

    [Fact]
    public async Task A_unit_may_enable_gradients_for_itself()
    {
        var slope = await thread.RunAsync(() =>
        {
            using var gradients = enable_grad();
            var x = ones(1, requires_grad: true);
            (x * 3).sum().backward();
            return x.grad!.item<float>();
        });
        slope.Should().Be(3);
    }

    [Fact]
    public async Task What_a_unit_makes_is_freed_when_it_ends_unless_it_is_detached()
    {
        Tensor? dropped = null;
        using var kept = await thread.RunAsync(() =>
        {
            dropped = zeros(3);
            return ones(3).DetachFromDisposeScope();
        });
        dropped!.IsInvalid.Should().BeTrue();
        kept.IsInvalid.Should().BeFalse();
    }

    [Fact]
    public async Task A_job_that_leaves_a_scope_open_fails_and_the_next_job_finds_a_clean_thread()
    {
        await thread.Awaiting(t => t.RunAsync(() => NewDisposeScope())).Should().ThrowAsync<MaskUNetException>().WithMessage("*dispose scope*");
        await A_unit_may_enable_gradients_for_itself();
        await What_a_unit_makes_is_freed_when_it_ends_unless_it_is_detached();
    }

    [Fact]
    public async Task A_scope_held_across_a_yield_is_refused()
    {
        static IEnumerable<string?> Job()
        {
            using var scope = NewDisposeScope();
            yield return null;
            yield return "never";
        }

        await thread.Awaiting(t => t.RunAsync(Job(), CancellationToken.None)).Should().ThrowAsync<MaskUNetException>().WithMessage("*dispose scope*");
        await What_a_unit_makes_is_freed_when_it_ends_unless_it_is_detached();
    }

    [Fact]
    public async Task A_job_that_leaves_gradients_enabled_fails_and_the_next_runs_without()
    {
        await thread.Awaiting(t => t.RunAsync(() => set_grad_enabled(true))).Should().ThrowAsync<MaskUNetException>().WithMessage("*gradients*");
        (await thread.RunAsync(() => is_grad_enabled())).Should().BeFalse();
    }

    [Fact]
    public async Task Units_and_finally_blocks_see_the_execution_context_of_their_caller_and_of_nobody_else()
    {
        var local = new AsyncLocal<string?> { Value = "who started the thread" };
        using var other = new NativeThread("other");
        var seen = new List<string?>();
        IEnumerable<string?> Job()
        {
            try
            {
                seen.Add(local.Value);
                local.Value = "changed by the job";
                yield return null;
                seen.Add(local.Value);
                yield return "done";
            }
            finally
            {
                seen.Add(local.Value);
            }
        }

        local.Value = "caller";
        await other.RunAsync(Job(), CancellationToken.None);
        seen.Should().Equal("caller", "caller", "caller");
        Task<string?> withoutFlow;
        using (ExecutionContext.SuppressFlow())
        {
            withoutFlow = other.RunAsync<string?>(() => local.Value);
        }

        (await withoutFlow).Should().BeNull();
    }
}
