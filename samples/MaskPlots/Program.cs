using MaskUNet;
using MaskUNet.Masking;
using MaskUNet.Samples.MaskPlots;
using MaskUNet.Shapes.Train;

return await Options.Command((options, cancellation) => ResumableRun.ExitCodeAsync(async () =>
{
    using var pipeline = TinyShapes.LoadPipeline();
    using var studio = new Studio(pipeline, options.GetValue(Options.Prompts), cancellation);
    var folder = Path.GetFullPath(options.GetValue(Options.Output)!);
    Directory.CreateDirectory(folder);
    string File(string name) => Path.Combine(folder, name);

    var ratios = options.GetValue(Options.Ratios)!;
    await RandomPictures.SaveAsync(studio, ratios, File("mask-pictures.png"));
    await RandomRatios.SaveAsync(studio, ratios, options.GetValue(Options.MaskSeeds), File("mask-ratios.png"));
    await WeightHistograms.SaveAsync(studio, ratios, File("mask-weights.png"));

    var learned = new LearnedMasks(options.GetValue(Options.Masks)!);
    await StepShares.SaveAsync(studio, learned, File("mask-steps.png"));
    await Distributions.SaveAsync(studio, learned, File("mask-distributions.png"));
    if (options.GetValue(Options.Training) is { } training)
    {
        await TrainingCourse.SaveAsync(studio, training, File("mask-training.png"));
    }

    Console.WriteLine(folder);
})).Parse(args).InvokeAsync();
