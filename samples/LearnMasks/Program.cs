using MaskUNet;
using MaskUNet.Masking;
using MaskUNet.Samples.LearnMasks;
using MaskUNet.Shapes.Train;

return await Options.Command((options, cancellation) => ResumableRun.ExitCodeAsync(async () =>
{
    using var pipeline = (StableDiffusionPipeline)TinyShapes.LoadPipeline();
    var file = await Learning.RunAsync(pipeline, options, cancellation);
    Console.WriteLine(file);
    if (options.GetValue(Options.Prompts) is > 0 and var prompts)
    {
        var masks = new LearnedMasks(file, new LearnedMaskOptions { GumbelSigmoid = Options.GumbelSigmoid(options) });
        await Comparison.RunAsync(pipeline, masks, Path.GetDirectoryName(file)!, prompts, options.GetValue(Options.PictureSeeds), cancellation);
    }
})).Parse(args).InvokeAsync();
