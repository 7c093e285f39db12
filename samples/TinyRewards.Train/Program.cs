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
var steps = new Option<int?>("--steps") { Description = "Training steps of each reward; by default those of the recipe" };
var only = new Option<Stage>("--only") { Description = "Do one thing: draw, train the HPS, train the ImageReward, or measure the rewards that come with TinyShapes", DefaultValueFactory = _ => Stage.All };
var command = new RootCommand("Draws and grades pictures with TinyShapes and its oracle, trains a small ImageReward and a small HPS on the rankings, and reports how often they agree with the oracle.") { output, prompts, heldOutPrompts, steps, only };
command.SetAction((options, cancellation) => ResumableRun.ExitCodeAsync(() => RunAsync(
    options.GetValue(output)!, options.GetValue(prompts), options.GetValue(heldOutPrompts), options.GetValue(steps), options.GetValue(only), cancellation)));
return await command.Parse(args).InvokeAsync();

static async Task RunAsync(string folder, int prompts, int heldOutPrompts, int? steps, Stage only, CancellationToken cancellation)
{
    string Of(params string[] parts) => Path.Combine([folder, .. parts]);
    bool Runs(Stage stage) => only == stage || (only == Stage.All && stage != Stage.Measure);
    using var pipeline = TinyShapes.LoadPipeline();
    var measured = heldOutPrompts + (only == Stage.Measure ? 0 : Recipe.ValidationPrompts);
    var heldOut = await DrawingStage.RunAsync(pipeline, Of("pictures", "held-out"), SceneSplit.HeldOut, measured, cancellation);
    var report = new AgreementReport(heldOut.OfPrompts(..heldOutPrompts));
    var validation = new AgreementReport(heldOut.OfPrompts(heldOutPrompts..measured));
    void Say(IRewardModel reward)
    {
        using (reward)
        {
            Console.WriteLine($"{reward.Name} agrees with the oracle on held-out prompts: {(only == Stage.Measure ? report : validation).Of(reward)}");
        }
    }

    var (clip, tokenizer) = TinyShapes.LoadClip();
    if (only == Stage.Measure)
    {
        Say(new ClipScore(clip, tokenizer));
        Say(TinyShapes.LoadHps());
        Say(TinyShapes.LoadImageReward());
        return;
    }

    var training = await DrawingStage.RunAsync(pipeline, Of("pictures", "training"), SceneSplit.Training, prompts, cancellation);
    var families = new MixedFamilies(new RenderedFamilies(Recipe.Seed, Recipe.RenderedRecolored), new DrawnFamilies(training, Recipe.DrawnRecolored));
    if (Runs(Stage.Hps))
    {
        Say(await HpsStage.RunAsync(Of("hps"), Of("training", "hps"), families, validation, Recipe.HpsTraining(steps ?? Recipe.HpsSteps), cancellation));
    }

    if (Runs(Stage.ImageReward))
    {
        Say(await ImageRewardStage.RunAsync(Of("imagereward"), Of("training", "imagereward"), Of("hps"), new FamilyComparisons(families, Recipe.Families), validation, steps ?? Recipe.ImageRewardSteps, cancellation));
    }
}
