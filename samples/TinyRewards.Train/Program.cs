using System.CommandLine;
using MaskUNet;
using MaskUNet.Rewards;
using MaskUNet.Rewards.Clip;
using MaskUNet.Shapes.Scenes;
using MaskUNet.Shapes.Train;
using MaskUNet.Shapes.TrainRewards;

var output = new Option<string>("--output", "-o") { Description = "Where the training keeps its files; run again, it goes on from there", DefaultValueFactory = _ => "artifacts/tinyrewards" };
var prompts = new Option<int>("--prompts") { Description = "Training prompts that pictures are drawn for", DefaultValueFactory = _ => Recipe.TrainingPrompts };
var heldOutPrompts = new Option<int>("--held-out") { Description = "Held-out prompts that the agreement is measured on", DefaultValueFactory = _ => Recipe.HeldOutPrompts };
var steps = new Option<int>("--steps") { Description = "Training steps of the ImageReward; the HPS takes a third", DefaultValueFactory = _ => Recipe.Steps };
var command = new RootCommand("Draws and grades pictures with TinyShapes and its oracle, trains a small ImageReward and a small HPS on the rankings, and reports how often they agree with the oracle.") { output, prompts, heldOutPrompts, steps };
command.SetAction((options, cancellation) => ResumableRun.ExitCodeAsync(() => RunAsync(options.GetValue(output)!, options.GetValue(prompts), options.GetValue(heldOutPrompts), options.GetValue(steps), cancellation)));
return await command.Parse(args).InvokeAsync();

static async Task RunAsync(string folder, int prompts, int heldOutPrompts, int steps, CancellationToken cancellation)
{
    string Of(params string[] parts) => Path.Combine([folder, .. parts]);
    using var pipeline = TinyShapes.LoadPipeline();
    var training = await DrawingStage.RunAsync(pipeline, Of("pictures", "training.safetensors"), SceneSplit.Training, prompts, cancellation);
    var heldOut = await DrawingStage.RunAsync(pipeline, Of("pictures", "held-out.safetensors"), SceneSplit.HeldOut, heldOutPrompts, cancellation);
    var comparisons = new MixedComparisons(
        new GradedComparisons(training, $"{training.Pictures.Count} graded pictures"), new RenderedComparisons(Recipe.Seed, SceneSplit.Training, Recipe.Rendered, others: true));
    var report = new AgreementReport(heldOut);
    void Say(IRewardModel reward) => Console.WriteLine($"{reward.Name} agrees with the oracle on held-out prompts: {report.Of(reward)}");

    var (clip, tokenizer) = TinyShapes.LoadClip();
    using (var untuned = new ClipScore(clip, tokenizer))
    {
        Say(untuned);
    }

    using var hps = await PreferenceStage.RunAsync(Of("hps"), Of("training", "hps"), comparisons, steps, cancellation);
    Say(hps);
    using var imageReward = await ImageRewardStage.RunAsync(Of("imagereward"), Of("training", "imagereward"), comparisons, steps, cancellation);
    Say(imageReward);
}
