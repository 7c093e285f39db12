using System.Globalization;
using MaskUNet.Checkpoints;
using MaskUNet.Latents;
using MaskUNet.Tests.TestSupport;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Tests.Latents;

/// <summary>Single modules at inputs so small that the normalisations' epsilon shows.</summary>
public class VaeModuleTests
{
    private const string Prefix = "output/vae.";

    public static IEnumerable<object[]> Modules() =>
        from pipeline in VaeFixtures.Pipelines("sensitive")
        from output in VaeFixtures.Outputs(pipeline, "sensitive")
        where output.Key.StartsWith(Prefix, StringComparison.Ordinal)
        select new object[] { pipeline, output.Key[Prefix.Length..] };

    [FixtureTheory(VaeFixtures.Area)]
    [MemberData(nameof(Modules))]
    public void A_module_answers_small_inputs_as_the_reference_does(string pipeline, string module)
    {
        using var scope = NewDisposeScope();
        using var weights = new ModelWeights(VaeFixtures.Weights(pipeline));
        var recorded = VaeFixtures.Recording(pipeline, "sensitive");
        var input = recorded["input/vae." + module];
        var truth = recorded[Prefix + module];

        using var quiet = no_grad();
        var forward = Build(module, weights, input, truth, VaeFixtures.Config(pipeline).NormNumGroups);
        var live = DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount;
        var ours = forward(input);

        DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount.Should().Be(live + 1, "a module leaves nothing but its result");
        ours.ShouldMatch(truth, (double)VaeFixtures.Outputs(pipeline, "sensitive")[Prefix + module]!["rel_tolerance"]!, module);
    }

    private static Func<Tensor, Tensor> Build(string path, ModelWeights weights, Tensor input, Tensor output, int groups)
    {
        var scope = path.Split('.').Aggregate(weights.Root, (scope, part) => scope[part]);
        var (inChannels, outChannels) = ((int)input.shape[1], (int)output.shape[1]);
        return path.Split('.').Last(part => !int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out _)) switch
        {
            "resnets" => new VaeResidualBlock(scope, inChannels, outChannels, groups).Forward,
            "attentions" => new VaeAttention(scope, inChannels, groups).Forward,
            "group_norm" or "conv_norm_out" => VaeLayers.Norm(scope, groups, inChannels).Forward,
            var other => throw new NotSupportedException(other),
        };
    }
}
