using MaskUNet.Scheduling;
using MaskUNet.Tests.TestSupport;

namespace MaskUNet.Tests.Scheduling.Configuration;

[LeavesNoTensors]
public class OptionsAsConfigTests
{
    private static readonly DynamicThresholding Thresholding = new() { Ratio = 0.9, SampleMaxValue = 1.5 };

    public static TheoryData<SchedulerKind> Kinds => new(Enum.GetValues<SchedulerKind>());

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_schedulers_configuration_makes_an_equal_one(SchedulerKind kind)
    {
        var scheduler = Unusual(kind);
        var again = SchedulerFactory.Create(SchedulerConfig.Parse(scheduler.Config.ToString()));
        SchedulerFactory.KindOf(scheduler.Config).Should().Be(kind);
        again.Should().BeOfType(scheduler.GetType());
        again.Should().BeEquivalentTo(
            scheduler, compared => compared.IncludingAllRuntimeProperties().WithStrictOrdering().Excluding(made => made.Config).ComparingByMembers<DiffusionScheduler>());
        OptionsOf(again).Should().BeEquivalentTo(OptionsOf(scheduler), compared => compared.RespectingRuntimeTypes().WithStrictOrdering());
        again.CreateSchedule(5).Should().BeEquivalentTo(scheduler.CreateSchedule(5));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_configuration_says_all_that_options_can_say(SchedulerKind kind)
    {
        var (unusual, usual) = (OptionsOf(Unusual(kind)), OptionsOf(SchedulerFactory.Create(kind, SchedulerConfig.Empty)));
        foreach (var option in unusual.GetType().GetProperties())
        {
            option.GetValue(unusual).Should().NotBeEquivalentTo(option.GetValue(usual), "{0} is tried with a value that is not its default", option.Name);
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void The_defaults_are_those_of_an_empty_configuration(SchedulerKind kind)
    {
        var usual = OptionsOf(SchedulerFactory.Create(kind, SchedulerConfig.Empty));
        OptionsOf(SchedulerFactory.Create(usual.ToConfig())).Should().BeEquivalentTo(usual, compared => compared.RespectingRuntimeTypes());
    }

    [Fact]
    public void Infinity_and_null_are_written_as_they_are_read()
    {
        DpmSolverMultistepSchedulerOptions.From(new DpmSolverMultistepSchedulerOptions().ToConfig()).LambdaMinClipped.Should().Be(double.NegativeInfinity);
        DdimSchedulerOptions.From(new DdimSchedulerOptions { ClipSampleRange = null }.ToConfig()).ClipSampleRange.Should().BeNull();
        new EulerDiscreteSchedulerOptions().ToConfig().ToString().Should().Contain("\"trained_betas\":null").And.Contain("\"sigma_min\":null");
    }

    private static DiffusionSchedulerOptions OptionsOf(IDiffusionScheduler scheduler) => ((DiffusionScheduler)scheduler).Options;

    private static DiffusionScheduler Unusual(SchedulerKind kind) => kind switch
    {
        SchedulerKind.Ddim => new DdimScheduler(Clipping(new DdimSchedulerOptions { SetAlphaToOne = false })),
        SchedulerKind.Ddpm => new DdpmScheduler(Clipping(new DdpmSchedulerOptions { VarianceType = DdpmVarianceType.FixedLarge })),
        SchedulerKind.Pndm => new PndmScheduler(Shared(new PndmSchedulerOptions { SkipPrkSteps = true, SetAlphaToOne = true })),
        SchedulerKind.DpmSolverMultistep => new DpmSolverMultistepScheduler(Shared(new DpmSolverMultistepSchedulerOptions
        {
            SolverOrder = 3,
            AlgorithmType = DpmSolverAlgorithm.DpmSolver,
            SolverType = DpmSolverType.Heun,
            LowerOrderFinal = false,
            EulerAtFinal = true,
            SigmaSpacing = SigmaSpacing.Lu,
            FinalSigmasType = FinalSigmasType.SigmaMin,
            LambdaMinClipped = -5.1,
            Thresholding = Thresholding,
            RescaleBetasZeroSnr = true,
        })),
        SchedulerKind.UniPCMultistep => new UniPCMultistepScheduler(Shared(new UniPCMultistepSchedulerOptions
        {
            SolverOrder = 3,
            PredictX0 = false,
            SolverType = UniPCSolverType.Bh1,
            LowerOrderFinal = false,
            DisableCorrector = [0, 2],
            SigmaSpacing = SigmaSpacing.Karras,
            FinalSigmasType = FinalSigmasType.SigmaMin,
            Thresholding = Thresholding,
            RescaleBetasZeroSnr = true,
        })),
        SchedulerKind.EulerDiscrete => new EulerDiscreteScheduler(Shared(new EulerDiscreteSchedulerOptions
        {
            InterpolationType = SigmaInterpolation.LogLinear,
            SigmaSpacing = SigmaSpacing.Beta,
            SigmaMin = 0.1,
            SigmaMax = 7.25,
            TimestepType = TimestepType.Continuous,
            FinalSigmasType = FinalSigmasType.SigmaMin,
            RescaleBetasZeroSnr = true,
        })),
        SchedulerKind.EulerAncestralDiscrete => new EulerAncestralDiscreteScheduler(Shared(new EulerAncestralDiscreteSchedulerOptions { RescaleBetasZeroSnr = true })),
        SchedulerKind.HeunDiscrete => new HeunDiscreteScheduler(Shared(new HeunDiscreteSchedulerOptions { SigmaSpacing = SigmaSpacing.Exponential, ClipSampleRange = 1.5 })),
        _ => new LcmScheduler(Clipping(new LcmSchedulerOptions { OriginalInferenceSteps = 40, TimestepScaling = 9.5 })),
    };

    private static T Clipping<T>(T options)
        where T : ClippingSchedulerOptions =>
        Shared(options) with { ClipSampleRange = 1.5, Thresholding = Thresholding, RescaleBetasZeroSnr = true };

    private static T Shared<T>(T options)
        where T : SchedulerOptions =>
        options with
        {
            TrainTimesteps = 100,
            BetaStart = 0.0007,
            BetaEnd = 0.015,
            BetaSchedule = BetaSchedule.SquaredCosine,
            TrainedBetas = [.. Enumerable.Range(1, 100).Select(i => i / 3000f)],
            PredictionType = PredictionType.VPrediction,
            TimestepSpacing = TimestepSpacing.Trailing,
            StepsOffset = 2,
        };
}
