using System.CommandLine;
using MaskUNet.Scheduling;

namespace MaskUNet.Samples.TextToImage;

/// <summary>The command line.</summary>
internal static class Options
{
    public static readonly Argument<string> Prompt = new("prompt")
    {
        Description = "What to draw",
        DefaultValueFactory = _ => "a green star left of a yellow ring",
    };

    public static readonly Option<string?> Model = new("--model", "-m")
    {
        Description = "A diffusers folder, a .safetensors or a .ckpt file of Stable Diffusion 1.x or 2.x; by default the small TinyShapes model, which draws coloured shapes",
    };

    public static readonly Option<string> Negative = new("--negative", "-n") { Description = "What not to draw", DefaultValueFactory = _ => "" };

    public static readonly Option<SchedulerKind?> Scheduler = new("--scheduler") { Description = "The scheduler; by default the model's own" };

    public static readonly Option<int> Steps = new("--steps") { Description = "Denoising steps", DefaultValueFactory = _ => 25 };

    public static readonly Option<double?> Guidance = new("--guidance", "-g") { Description = "Classifier-free guidance; 1 for none; by default 3 for TinyShapes, 7.5 for others" };

    public static readonly Option<long> Seed = new("--seed", "-s") { Description = "The first picture's seed; the next ones count up", DefaultValueFactory = _ => 1 };

    public static readonly Option<int?> Width = new("--width") { Description = "Pixels, a multiple of 8; by default the model's size" };

    public static readonly Option<int?> Height = new("--height") { Description = "Pixels, a multiple of 8; by default the model's size" };

    public static readonly Option<int?> Count = new("--count", "-c") { Description = "Pictures of each kind; by default 8 for TinyShapes, 2 for others" };

    public static readonly Option<double[]> MaskRatio = new("--mask-ratio")
    {
        Description = "Random masks: shares of the decoder's attention weights to set to zero",
        AllowMultipleArgumentsPerToken = true,
        DefaultValueFactory = _ => [0.1],
    };

    public static readonly Option<long> MaskSeed = new("--mask-seed") { Description = "The seed of the masks", DefaultValueFactory = _ => 0 };

    public static readonly Option<string?> LearnedMasks = new("--learned-masks") { Description = "A file of learned masks for the model; TinyShapes brings its own" };

    public static readonly Option<string?> ImageReward = new("--image-reward") { Description = "ImageReward.pt, to guide masks; TinyShapes brings a small HPS instead" };

    public static readonly Option<string?> Hps = new("--hps") { Description = "HPS_v2.1_compressed.pt, to guide masks" };

    public static readonly Option<int?> Iterations = new("--iterations") { Description = "The most iterations of the guided masks in a step; by default as many as suit TinyShapes, and the paper's for others" };

    public static readonly Option<bool> Unguided = new("--unguided") { Description = "Leaves out the reward-guided masks, which take longest" };

    public static readonly Option<string?> Image = new("--image", "-i") { Description = "A picture to start from" };

    public static readonly Option<double> Strength = new("--strength")
    {
        Description = "With --image: the share of the steps that is run",
        DefaultValueFactory = _ => ImageRequest.DefaultStrength,
    };

    public static readonly Option<string> Output = new("--output", "-o") { Description = "The folder for the pictures", DefaultValueFactory = _ => "output" };

    public static readonly Option<string> Device = new("--device") { Description = "cpu, cuda or cuda:N", DefaultValueFactory = _ => "cpu" };

    public static readonly Option<bool> BFloat16 = new("--bf16") { Description = "Compute in bfloat16: less memory, errors of about 1 %" };

    public static RootCommand Command(Func<ParseResult, CancellationToken, Task<int>> run)
    {
        var command = new RootCommand("Draws a prompt with Stable Diffusion, plain and with masked weights (random, learned, guided by rewards), and lays the pictures side by side.")
        {
            Prompt, Model, Negative, Scheduler, Steps, Guidance, Seed, Width, Height, Count, MaskRatio, MaskSeed, LearnedMasks, ImageReward, Hps, Iterations, Unguided, Image, Strength, Output, Device, BFloat16,
        };
        command.SetAction(run);
        return command;
    }
}
