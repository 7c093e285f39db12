using System.Text.Json.Nodes;
using MaskUNet.Scheduling;
using MaskUNet.Tests.TestSupport;
using MaskUNet.UNet;

namespace MaskUNet.Tests.Scheduling;

public class MessagesInAnyCultureTests
{
    private static readonly DdimScheduler Ddim = new();
    private static readonly EulerDiscreteScheduler Euler = new();
    private static readonly LcmScheduler Lcm = new();

    public static TheoryData<Func<object>, string> Refusals => new()
    {
        { () => new DdimScheduler(new() { BetaStart = 1.5 }), "BetaStart is 1.5" },
        { () => new DdimScheduler(new() { ClipSampleRange = -0.5 }), "ClipSampleRange is -0.5" },
        { () => new DdimScheduler(new() { Thresholding = new() { Ratio = 1.25 } }), "Ratio is 1.25" },
        { () => new EulerDiscreteScheduler(new() { SigmaMin = 2.5, SigmaMax = 1.5 }), "SigmaMin is 2.5: give a value below SigmaMax, 1.5" },
        { () => Euler.CreateSchedule([12.5, 13.25]), "timestep 13.25 comes after 12.5" },
        { () => Euler.CreateSchedule([1234.5]), "timestep 1234.5 is outside" },
        { () => Euler.CreateScheduleFromSigmas([0.5, 1.25]), "the noise levels are 0.5, 1.25:" },
        { () => Euler.CreateSchedule(3).IndexOf(1.5), "timestep 1.5 is not in the schedule: give one of 999, 499.5, 0." },
        { () => Ddim.Start(Ddim.CreateSchedule(1) with { Timesteps = [1.5] }), "timestep 1.5 is none" },
        { () => Ddim.Start(Ddim.CreateSchedule(1), 0, new StepOptions { Eta = 1.5 }), "Eta is 1.5" },
        { () => Lcm.CreateSchedule(4, 50, strength: 1.5), "the strength is 1.5" },
        { () => Lcm.CreateSchedule(40, 50, strength: 0.5), "the strength (0.5)" },
        { () => UNet2DConditionConfig.Parse(new JsonObject { ["mid_block_scale_factor"] = 1.5 }), "mid_block_scale_factor is 1.5" },
        { () => UNet2DConditionConfig.Parse(new JsonObject { ["norm_eps"] = 1.5 }), "norm_eps is 1.5" },
    };

    [Theory]
    [MemberData(nameof(Refusals))]
    public void Numbers_have_a_point_in_every_culture(Func<object> refused, string told)
    {
        using var culture = new CommaCulture();
        $"{1.5}".Should().Be("1,5", "the culture is another one");
        refused.Should().Throw<MaskUNetException>().WithMessage($"*{told}*");
    }
}
