using System.Globalization;
using MaskUNet.Checkpoints;
using MaskUNet.Masking;
using MaskUNet.Runtime;
using MaskUNet.Scheduling;
using MaskUNet.Tests.TestSupport;
using MaskUNet.Training;

namespace MaskUNet.Tests.Training;

// It starts two dozen processes, each of which loads libtorch: not for every build.
[Trait("Category", "FullSize")]
public sealed class KilledTrainingTests : IDisposable
{
    private const string FolderVariable = "MASKUNET_TEST_TRAINING";
    private const string Weights = "weights.safetensors";
    private const int Kills = 20;

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public Task A_training_killed_at_twenty_random_moments_comes_to_the_same_bits_as_one_that_never_stopped() => KillAsync(Train, TrainInFolder);

    [Fact]
    public Task Learned_masks_killed_at_twenty_random_moments_come_to_the_same_bits_as_those_that_never_stopped() => KillAsync(TrainMasks, TrainMasksInFolder);

    private async Task KillAsync(Action<string> train, Action trainInFolder)
    {
        train(folder["whole"]);
        var random = new Random(20251125);
        var kills = 0;
        while (kills < Kills)
        {
            var steps = random.Next(4, 9);
            (await RunAsync(trainInFolder, folder["killed"], killAfter: steps, delay: TimeSpan.FromMilliseconds(random.Next(40)))).Should().BeTrue("there are steps left after {0} kills", kills);
            kills++;
        }

        (await RunAsync(trainInFolder, folder["killed"], killAfter: int.MaxValue, TimeSpan.Zero)).Should().BeFalse();
        File.ReadAllBytes(Path.Combine(folder["killed"], Weights)).Should().Equal(File.ReadAllBytes(Path.Combine(folder["whole"], Weights)));
        Metrics(folder["killed"]).Should().Equal(Metrics(folder["whole"]));
        Directory.GetFiles(folder["killed"], "*.tmp").Should().BeEmpty("half-written files of killed runs are cleared away");
    }

    /// <summary>Trains in a child process, and kills it some milliseconds after it has said so many steps.</summary>
    /// <returns>Whether it was killed, rather than done.</returns>
    private static async Task<bool> RunAsync(Action trainInFolder, string path, int killAfter, TimeSpan delay)
    {
        using var child = ChildProcess.Start(trainInFolder, new Dictionary<string, string?> { [FolderVariable] = path });
        var lines = 0;
        while (await child.StandardOutput.ReadLineAsync() is not null)
        {
            if (++lines == killAfter)
            {
                await Task.Delay(delay);
                child.Kill();
            }
        }

        await child.WaitForExitAsync();
        return child.ExitCode != 0;
    }

    // All columns but the seconds.
    private static IEnumerable<string> Metrics(string path) => File.ReadLines(Path.Combine(path, "metrics.csv"))
        .Select(line => string.Join(',', line.Split(',').Where((_, column) => column != 4)));

    private static void TrainInFolder() => Train(Environment.GetEnvironmentVariable(FolderVariable)!);

    private static void TrainMasksInFolder() => TrainMasks(Environment.GetEnvironmentVariable(FolderVariable)!);

    private static void TrainMasks(string path)
    {
        NativeTorch.EnsureLoaded();
        using var unet = TinyModels.LiveUNet();
        using var masks = LearnedMaskModel.Create(unet, logit: 1);
        var options = new TrainingOptions { Steps = 260, BatchSize = 2, LearningRate = 1e-3, EmaDecay = 0.99, Folder = path, CheckpointEvery = 2, Accumulation = 2 };
        var trainer = new MaskTrainer(masks, unet, new TinyModels.Waves(), new DiffusionObjective { Noise = NoiseSchedule.Create(new DdimSchedulerOptions()) }, options);
        trainer.RunAsync(new OnProgress<TrainingProgress>(state => Console.WriteLine(state.Step.ToString(CultureInfo.InvariantCulture)))).GetAwaiter().GetResult();
        SafetensorsWriter.Write(Path.Combine(path, Weights), masks.Weights);
    }

    private static void Train(string path)
    {
        NativeTorch.EnsureLoaded();
        using var model = TinyModels.Autoencoder();
        var options = new TrainingOptions { Steps = 260, BatchSize = 2, LearningRate = 1e-3, EmaDecay = 0.99, Folder = path, CheckpointEvery = 2, Accumulation = 2 };
        var trainer = new AutoencoderTrainer(model, new PictureReader(new TinyModels.Stripes(), preparation: null, seed: 1), options);
        // Also the child process' main thread, which has nothing else to do.
        trainer.RunAsync(new OnProgress<TrainingProgress>(state => Console.WriteLine(state.Step.ToString(CultureInfo.InvariantCulture)))).GetAwaiter().GetResult();
        SafetensorsWriter.Write(Path.Combine(path, Weights), model.Weights);
    }
}
