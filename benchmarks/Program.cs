using MaskUNet.Benchmarks;
using MaskUNet.Benchmarks.Harness;
using MaskUNet.Benchmarks.Models;

Benchmark[] benchmarks =
[
    new UNetSpeed(), new VaeSpeed(), new UNetSeconds(), new VaeSeconds(), new UNetBFloat16(), new UNetBackward(), new VaeBackward(),
    new RewardSpeed("imagereward", "ImageReward", FullRewards.ImageReward, FullRewards.ImageRewardGigaFlop),
    new RewardSpeed("hps21", "HPSv2.1", FullRewards.Hps, FullRewards.HpsGigaFlop), new RewardBatch(),
    new TrainingFree("training-free", "<= 26", "decoded in full", () => new GuidedPipeline()),
    new TrainingFree("training-free-reward-size", "<= 14", "decoded at 224 px", () => new GuidedPipeline(decodeSize: 224)),
    new TrainingFree("training-free-tiny-decoder", "<= 10", "decoded in full by TAESD", () => new GuidedPipeline(tinyDecoder: true)),
    new TrainingFreePeak("training-free-peak", "<= 16", "decoded in full", () => new GuidedPipeline()),
    new TrainingFreePeak("training-free-reward-size-peak", "", "decoded at 224 px", () => new GuidedPipeline(decodeSize: 224)),
    new TrainingFreePeak("training-free-tiny-decoder-peak", "", "decoded in full by TAESD", () => new GuidedPipeline(tinyDecoder: true)),
    new MaskedStep(), new MaskTraining(),
    new Load(), new LoadPeak(), new ImagePeak(), new Concurrent(),
];

if (args is ["--files", var folder])
{
    FullSizeFiles.Write(folder);
    return 0;
}

if (args.Length == 0)
{
    Console.WriteLine("dotnet run -c Release --project benchmarks -- NAME...    prints NAME<TAB>value<TAB>goal; how each was measured goes to the error stream");
    Console.WriteLine("dotnet run -c Release --project benchmarks -- --files FOLDER    writes models of full size with formula weights, to run the samples with; 5 GB");
    foreach (var benchmark in benchmarks)
    {
        Console.WriteLine($"{benchmark.Name}\t{benchmark.Goal}\t{benchmark.Measures}");
    }

    return 0;
}

var unknown = args.Where(name => benchmarks.All(benchmark => benchmark.Name != name)).ToList();
if (unknown.Count > 0)
{
    Console.Error.WriteLine($"No benchmark is called {string.Join(", ", unknown)}; without names they are listed.");
    return 1;
}

foreach (var name in args)
{
    await benchmarks.Single(benchmark => benchmark.Name == name).RunAsync();
}

return 0;
