using System.CommandLine;
using MaskUNet;
using MaskUNet.Rewards;
using MaskUNet.Rewards.Blip;
using MaskUNet.Rewards.Clip;
using MaskUNet.Runtime;
using MaskUNet.Samples.Results;
using MaskUNet.Shapes.Judging;
using MaskUNet.Shapes.Train;
using TorchSharp;

// Stopped, it writes its tables, which takes some seconds.
return await Options.Command((options, cancellation) => ResumableRun.ExitCodeAsync(() => RunAsync(options, cancellation))).Parse(args)
    .InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromMinutes(2) });

static async Task RunAsync(ParseResult options, CancellationToken cancellation)
{
    var folder = options.GetValue(Options.Output)!;
    Directory.CreateDirectory(folder);
    NativeTorch.EnsureLoaded();
    torch.set_num_threads(1); // a thread a picture: the model is too small for more
    var prompts = OracleBenchmark.HeldOutPrompts(options.GetValue(Options.Prompts), Experiment.PromptSeed);
    var learnedMasks = options.GetValue(Options.LearnedMasks);
    using var judge = new Judge(Rewards(options));
    var guides = Guide.Of(judge.Rewards);
    using var journal = new Journal(Path.Combine(folder, "journal.jsonl"));
    try
    {
        if (!options.GetValue(Options.ReportOnly))
        {
            await DrawAsync();
        }
    }
    catch (OperationCanceledException)
    {
        WriteReport();
        throw;
    }

    WriteReport();

    void WriteReport() => Report.Write(
        Row.All(journal, guides, learnedMasks is not null, prompts.Count, options.GetValue(Options.Seeds)), judge, guides, prompts, folder, options.GetValue(Options.Document));

    async Task DrawAsync()
    {
        var painters = Enumerable.Range(0, Math.Max(1, options.GetValue(Options.Workers))).Select(_ => new Painter(cancellation)).ToList();
        try
        {
            var candidates = await SettingsAsync(painters);
            await new Run(prompts, judge, guides, learnedMasks, journal, folder).DrawAsync(painters, options.GetValue(Options.Seeds), candidates);
        }
        finally
        {
            painters.ForEach(painter => painter.Dispose());
        }
    }

    async Task<int> SettingsAsync(IReadOnlyList<Painter> painters)
    {
        var path = Path.Combine(folder, "settings.json");
        var settings = RunSettings.Load(path);
        settings.Note("model", RunSettings.Hash(TinyShapes.ModelFolder));
        settings.Note("request", FormattableString.Invariant($"{Experiment.Request.Steps} steps, guidance {Experiment.Request.GuidanceScale}"));
        settings.Note("set of rewards", string.Join(", ", judge.Rewards.Select(reward => reward.Name)));
        foreach (var option in new[] { Options.ImageReward, Options.Hps, Options.LearnedMasks })
        {
            if (options.GetValue(option) is { } file)
            {
                settings.Note(option.Name, RunSettings.Hash(file));
            }
        }

        foreach (var guide in guides)
        {
            settings.Note($"guidance by {guide.Name}", guide.Masks().Describe().ToJsonString());
        }

        if (settings.Candidates == 0)
        {
            Console.WriteLine("Measuring how many pictures cost what a guided one costs");
            settings.Candidates = await CandidateCount.MeasureAsync(painters, guides, prompts);
        }

        settings.Save(path);
        return settings.Candidates;
    }
}

static IReadOnlyList<IRewardModel> Rewards(ParseResult options)
{
    var rewards = new List<IRewardModel>();
    if (options.GetValue(Options.ImageReward) is { } imageReward)
    {
        rewards.Add(ImageReward.Load(imageReward));
    }

    if (options.GetValue(Options.Hps) is { } hps)
    {
        rewards.Add(HpsV2.Load(hps));
    }

    if (rewards.Count == 0)
    {
        rewards.Add(TinyShapes.LoadClipScore());
    }

    return rewards;
}
