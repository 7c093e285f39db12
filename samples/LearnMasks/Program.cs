using MaskUNet;
using MaskUNet.Samples.LearnMasks;

return await Options.Command(async (options, cancellation) =>
{
    try
    {
        using var pipeline = (StableDiffusionPipeline)TinyShapes.LoadPipeline();
        var masks = await Learning.RunAsync(pipeline, options, cancellation);
        await Comparison.RunAsync(pipeline, masks, options.GetValue(Options.Prompts), cancellation);
        return 0;
    }
    catch (MaskUNetException e)
    {
        await Console.Error.WriteLineAsync(e.Message);
        return 1;
    }
    catch (OperationCanceledException)
    {
        Console.WriteLine("Stopped. The same command goes on from here.");
        return 130;
    }
}).Parse(args).InvokeAsync();
