using System.CommandLine;
using MaskUNet;
using MaskUNet.Shapes.Train;

var output = new Option<string>("--output", "-o") { Description = "Where the training keeps its files; run again, it goes on from there", DefaultValueFactory = _ => "artifacts/tinyshapes" };
var only = new Option<Stage?>("--only") { Description = "Run this stage alone; by default all of them, in their order" };
var command = new RootCommand("Trains the TinyShapes model from nothing: autoencoder, CLIP, U-Net; then writes the model folder and measures it.") { output, only };
command.SetAction((options, cancellation) => ResumableRun.ExitCodeAsync(() => RunAsync(options.GetValue(output)!, options.GetValue(only), cancellation)));
return await command.Parse(args).InvokeAsync();

static async Task RunAsync(string folder, Stage? only, CancellationToken cancellation)
{
    var training = new Training(folder, cancellation);
    foreach (var stage in only is { } one ? [one] : Enum.GetValues<Stage>())
    {
        await training.RunAsync(stage);
    }
}
