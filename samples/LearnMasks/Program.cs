using MaskUNet;
using MaskUNet.Samples.LearnMasks;
using MaskUNet.Shapes.Train;

return await Options.Command((options, cancellation) => ResumableRun.ExitCodeAsync(async () =>
{
    using var pipeline = (StableDiffusionPipeline)TinyShapes.LoadPipeline();
    var masks = await Learning.RunAsync(pipeline, options, cancellation);
    await Comparison.RunAsync(pipeline, masks, options.GetValue(Options.Prompts), cancellation);
})).Parse(args).InvokeAsync();
