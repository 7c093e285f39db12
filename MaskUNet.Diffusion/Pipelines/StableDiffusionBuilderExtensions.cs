using MaskUNet.Checkpoints;
using MaskUNet.Latents;
using MaskUNet.Masking;
using MaskUNet.Scheduling;

namespace MaskUNet;

/// <summary>What this package adds to <see cref="MaskUNetBuilder"/>.</summary>
public static class StableDiffusionBuilderExtensions
{
    /// <summary>Chooses a Stable Diffusion 1.x or 2.x model.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="path">A diffusers folder, or a single .safetensors or .ckpt file.</param>
    /// <param name="options">How the files are read: variant, configuration folder, tokenizer.</param>
    /// <param name="tiling">
    /// How large pictures are decoded and encoded; by default in strips above 1024 x 1024 pixels, or when the memory does not suffice.
    /// </param>
    public static MaskUNetBuilder UseStableDiffusion(
        this MaskUNetBuilder builder, string path, StableDiffusionFilesOptions? options = null, TilingOptions? tiling = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(path);
        return builder.UseModel(new StableDiffusionLoader(path, options ?? new(), tiling ?? new()), nameof(UseStableDiffusion));
    }

    /// <summary>Chooses a scheduler in place of the model's own; it takes over what the model's configuration says.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="kind">The scheduler.</param>
    /// <param name="overrides">Configuration keys that replace the model's, or null.</param>
    public static MaskUNetBuilder UseScheduler(this MaskUNetBuilder builder, SchedulerKind kind, SchedulerConfig? overrides = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        if (!Enum.IsDefined(kind))
        {
            return builder.Problem($"{nameof(UseScheduler)}: there is no scheduler {kind}; choose one of {string.Join(", ", Enum.GetNames<SchedulerKind>())}.");
        }

        return builder.UseScheduler(config => SchedulerFactory.Create(kind, config, overrides), $"{nameof(UseScheduler)}({kind})");
    }

    /// <summary>Takes masks that were learned for the model (paper, section 3.2): other ones for each timestep and sample.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="path">A file of <see cref="LearnedMaskModel.Save"/>.</param>
    /// <param name="options">How masks are drawn; the paper's way if null.</param>
    public static MaskUNetBuilder UseLearnedMasks(this MaskUNetBuilder builder, string path, LearnedMaskOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(path);
        try
        {
            return builder.UseMasks(new LearnedMasks(path, options), nameof(UseLearnedMasks));
        }
        catch (MaskUNetException e)
        {
            return builder.Problem($"{nameof(UseLearnedMasks)}: {e.Message}");
        }
    }

    /// <summary>Chooses DDIM (Song et al. 2020), the scheduler of the paper's training-based results.</summary>
    /// <param name="builder">The builder.</param>
    public static MaskUNetBuilder UseDdim(this MaskUNetBuilder builder) => builder.UseScheduler(SchedulerKind.Ddim);

    /// <summary>Chooses DPM-Solver++ 2M (Lu et al. 2022), good at 15 to 25 steps.</summary>
    /// <param name="builder">The builder.</param>
    public static MaskUNetBuilder UseDpmSolver(this MaskUNetBuilder builder) => builder.UseScheduler(SchedulerKind.DpmSolverMultistep);
}
