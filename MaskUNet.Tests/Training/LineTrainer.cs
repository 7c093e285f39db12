using MaskUNet.Tests.TestSupport;
using MaskUNet.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Tests.Training;

/// <summary>The smallest thing to train: a line through noisy points, so small that every number can be followed.</summary>
internal sealed class LineTrainer : Trainer, IDisposable
{
    private readonly Dictionary<string, Tensor> parameters = new()
    {
        ["slope"] = zeros(1).DetachFromDisposeScope(),
        ["offset"] = zeros(1).DetachFromDisposeScope(),
    };

    public LineTrainer(TrainingOptions options)
        : base(options)
    {
    }

    public List<long> Examples { get; } = [];

    public double Slope => parameters["slope"].item<float>();

    public double Offset => parameters["offset"].item<float>();

    /// <summary>The step, from 0, whose loss is not a number.</summary>
    public long? BreaksAt { get; init; }

    public string Setting { get; init; } = "a";

    protected override string Name => "the line";

    protected override IReadOnlyDictionary<string, Tensor> Parameters => parameters;

    protected override IReadOnlyDictionary<string, string> Settings => new Dictionary<string, string> { ["Setting"] = Setting };

    public void Dispose() => parameters.Values.ToList().ForEach(parameter => parameter.Dispose());

    protected override Tensor Loss(TrainingStep step)
    {
        Examples.AddRange(Enumerable.Range(0, step.BatchSize).Select(i => step.FirstExample + i));
        step.Report("drawn", step.NextDouble());
        var x = step.Noise.Draw([step.BatchSize], ScalarType.Float32, CPU);
        var loss = ((parameters["slope"] * x) + parameters["offset"] - (3 * x) - 1).square().mean();
        return step.Number == BreaksAt ? loss * double.NaN : loss;
    }
}
