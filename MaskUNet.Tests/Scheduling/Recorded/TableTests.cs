using System.Text.Json.Nodes;
using MaskUNet.Scheduling;
using MaskUNet.Tests.TestSupport;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Tests.Scheduling.Recorded;

public class TableTests
{
    private const double Float32 = 3e-7; // a few roundings

    public static IEnumerable<object[]> Schedules => Fixtures.Has(RecordedScheduler.Area)
        ? Fixtures.Json(RecordedScheduler.Area, "tables.json").AsObject().Where(entry => entry.Value is JsonObject).Select(entry => new object[] { entry.Key })
        : [];

    [FixtureTheory(RecordedScheduler.Area)]
    [MemberData(nameof(Schedules))]
    public void The_tables_are_the_references(string name)
    {
        using var scope = NewDisposeScope();
        var recorded = RecordedScheduler.Tensors("tables");
        var ddim = Noise("DDIMScheduler", name);
        var dpm = Noise("DPMSolverMultistepScheduler", name);

        tensor(ddim.Betas.ToArray()).ShouldMatch(recorded[name + "/betas"], Float32, "betas");
        tensor(ddim.AlphasCumprod.ToArray()).ShouldMatch(recorded[name + "/alphas_cumprod"], Float32, "alphas_cumprod");
        tensor([.. dpm.Sigmas.Reverse(), 0]).ShouldMatch(recorded[name + "/euler_init_sigmas"], Float32, "sigmas, descending");
        if (recorded.Has(name + "/dpm_sigmas"))
        {
            tensor(dpm.Sigmas.ToArray()).ShouldMatch(recorded[name + "/dpm_sigmas"], Float32, "sigmas");
            tensor(dpm.AlphasCumprod.Select(alpha => NoiseLevel.FromAlphaCumprod(alpha).Lambda).ToArray())
                .ShouldMatch(recorded[name + "/dpm_lambda_t"], Float32, "lambda");
        }
    }

    private static NoiseSchedule Noise(string className, string name) =>
        ((DiffusionScheduler)RecordedScheduler.Create(className, Fixtures.Json(RecordedScheduler.Area, "tables.json")[name]!["config"])).NoiseSchedule;
}
