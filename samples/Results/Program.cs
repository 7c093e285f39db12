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
    var seeds = options.GetValue(Options.Seeds);
    // What is drawn or judged with something else gets names of its own.
    var model = ContentHash.Of(ContentHash.OfWeights(TinyShapes.ModelFolder), FormattableString.Invariant($"{Experiment.Request.Steps} steps, guidance {Experiment.Request.GuidanceScale}"));
    var gallery = new Gallery(Path.Combine(folder, $"pictures-{model}"));
    var run = new Run(prompts, seeds, gallery);
    Kind[] single = options.GetValue(Options.LearnedMasks) is { } file ? [Kinds.FewRandom, Kinds.Learned(file)] : [Kinds.FewRandom];
    if (options.GetValue(Options.Candidates) is > 0 and var candidates)
    {
        await WithPaintersAsync(painters => run.DrawAsync(painters, [.. single.Select(kind => (kind, 1)), .. Kinds.Candidates.Select(kind => (kind, candidates))], (_, _, _) => { }));
        return;
    }

    var (rewards, version) = Rewards(options);
    using var judge = new Judge(rewards);
    var guides = Guide.Of(rewards, version);
    using var journal = new Journal(Path.Combine(folder, $"figures-{ContentHash.Of(model, version)}.jsonl"));
    var pricesFile = Path.Combine(folder, $"prices-{ContentHash.Of([model, .. guides.Select(guide => guide.Kind.Folder)])}.json");
    try
    {
        if (!options.GetValue(Options.ReportOnly))
        {
            await WithPaintersAsync(DrawAsync);
        }
    }
    catch (OperationCanceledException)
    {
        WriteReport();
        throw;
    }

    WriteReport();

    async Task DrawAsync(IReadOnlyList<Painter> painters)
    {
        if (JsonFile.Load<Prices>(pricesFile) is not { } prices)
        {
            Console.WriteLine("Measuring what a picture of each kind costs");
            prices = await PriceMeasurement.MeasureAsync(painters, [.. Kinds.Candidates, .. single], guides, judge, prompts);
            JsonFile.Save(pricesFile, prices);
        }

        IEnumerable<(Kind, int)> candidates = Kinds.Candidates.Select(kind => (kind, guides.Max(guide => prices.Candidates(guide, kind))));
        await run.DrawAsync(painters, [.. candidates, .. single.Concat(guides.Select(guide => guide.Kind)).Select(kind => (kind, 1))], (kind, key, count) =>
        {
            if (journal.Count(kind, key) < count)
            {
                var pictures = gallery.Load(kind, key);
                journal.Add(new Drawing(kind.Folder, key.Prompt, key.Seed, judge.Of([.. pictures.Select(_ => prompts[key.Prompt])], pictures)));
            }
        });
    }

    async Task WithPaintersAsync(Func<IReadOnlyList<Painter>, Task> work)
    {
        var painters = Enumerable.Range(0, Math.Max(1, options.GetValue(Options.Workers))).Select(_ => new Painter(cancellation)).ToList();
        try
        {
            await work(painters);
        }
        finally
        {
            painters.ForEach(painter => painter.Dispose());
        }
    }

    void WriteReport()
    {
        if (JsonFile.Load<Prices>(pricesFile) is { } prices)
        {
            Report.Write(Row.All(journal, single, guides, prices, prompts.Count, seeds), judge, guides, prompts, gallery, folder, options.GetValue(Options.Document));
        }
        else
        {
            Console.WriteLine("Nothing has been drawn with these rewards yet, so there are no tables.");
        }
    }
}

static (IReadOnlyList<IRewardModel> Rewards, string Version) Rewards(ParseResult options)
{
    var rewards = new List<IRewardModel>();
    var versions = new List<string>();
    if (options.GetValue(Options.ImageReward) is { } imageReward)
    {
        rewards.Add(ImageReward.Load(imageReward));
        versions.Add(ContentHash.OfWeights(imageReward));
    }

    if (options.GetValue(Options.Hps) is { } hps)
    {
        rewards.Add(HpsV2.Load(hps));
        versions.Add(ContentHash.OfWeights(hps));
    }

    if (rewards.Count == 0)
    {
        rewards.Add(TinyShapes.LoadClipScore());
    }

    return (rewards, ContentHash.Of(versions));
}
