using System.CommandLine;
using MaskUNet.Masking;

namespace MaskUNet.Samples.LearnMasks;

/// <summary>The command line.</summary>
internal static class Options
{
    public static Option<string> Output { get; } = new("--output", "-o") { Description = "Where the training keeps its files; run again, it goes on from there", DefaultValueFactory = _ => "artifacts/learned-masks" };

    public static Option<long> Steps { get; } = new("--steps") { Description = "Optimiser steps", DefaultValueFactory = _ => 60 };

    public static Option<int> Batch { get; } = new("--batch") { Description = "Scenes a step", DefaultValueFactory = _ => 16 };

    public static Option<double> LearningRate { get; } = new("--learning-rate") { Description = "Above the paper's 1e-5: the model is tiny and the training short", DefaultValueFactory = _ => 1e-2 };

    public static Option<double> Logit { get; } = new("--logit") { Description = "What all logits begin with; 5, as in the paper, keeps every weight, 2 all but 1 in 1,600", DefaultValueFactory = _ => 2 };

    public static Option<GumbelNoise> Noise { get; } = new("--noise") { Description = "The noise on the logits" };

    public static Option<double> Temperature { get; } = new("--temperature") { Description = "The Gumbel-Sigmoid's, which scales gradients", DefaultValueFactory = _ => 1 };

    public static Option<MaskedLayers> Layers { get; } = new("--layers") { Description = "Which layers of the decoder half are masked" };

    public static Option<bool> Debiased { get; } = new("--debiased") { Description = "Lets timesteps count as when the model was trained, instead of all alike, as in the paper" };

    public static Option<bool> WithoutTimestep { get; } = new("--without-timestep") { Description = "Masks that do not know the timestep" };

    public static Option<bool> WithoutSample { get; } = new("--without-sample") { Description = "Masks that do not know the sample" };

    public static Option<long> Examples { get; } = new("--examples") { Description = "Scenes to train on", DefaultValueFactory = _ => 4096 };

    public static Option<long> Seed { get; } = new("--seed") { Description = "What all randomness comes from" };

    public static Option<int> Scenes { get; } = new("--scenes") { Description = "Held-out scenes to measure the loss on", DefaultValueFactory = _ => 256 };

    public static Option<int> Prompts { get; } = new("--prompts") { Description = "Held-out prompts to judge on; 0 for none", DefaultValueFactory = _ => 200 };

    public static Option<int> PictureSeeds { get; } = new("--picture-seeds") { Description = "Pictures a prompt", DefaultValueFactory = _ => 1 };

    public static Command Command(Func<ParseResult, CancellationToken, Task<int>> run)
    {
        var command = new RootCommand("Learns masks for the TinyShapes model and shows what they change.")
        {
            Output, Steps, Batch, LearningRate, Logit, Noise, Temperature, Layers, Debiased, WithoutTimestep, WithoutSample, Examples, Seed, Scenes, Prompts, PictureSeeds,
        };
        command.SetAction(run);
        return command;
    }

    public static LearnedMaskConfig Config(ParseResult options) => new()
    {
        UsesTimestep = !options.GetValue(WithoutTimestep),
        UsesSample = !options.GetValue(WithoutSample),
    };

    public static GumbelSigmoid GumbelSigmoid(ParseResult options) => new() { Noise = options.GetValue(Noise), Temperature = options.GetValue(Temperature) };
}
