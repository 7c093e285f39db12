using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using MaskUNet.Latents;
using MaskUNet.Masking;
using MaskUNet.Scheduling;
using MaskUNet.Tests.Pipelines.StandIns;
using MaskUNet.Tests.TestSupport;
using static TorchSharp.torch;

namespace MaskUNet.Tests.Pipelines;

[LeavesNoTensors]
public class MaskUNetBuilderTests
{
    [FixtureTheory(TinyPipelines.Area)]
    [MemberData(nameof(TinyPipelines.Names), MemberType = typeof(TinyPipelines))]
    public async Task A_pipeline_is_built_and_draws_without_any_container(string name)
    {
        using var pipeline = await new MaskUNetBuilder()
            .UseStableDiffusion(TinyPipelines.Folder(name)).UseDpmSolver().UseRandomMasks(0.1).UseDevice("cpu").UseDataType(ScalarType.Float32).BuildAsync();
        var image = await pipeline.GenerateAsync("a bench", seed: 5);
        (image.Prompt, image.Seed, image.Width).Should().Be(("a bench", 5L, 64));
    }

    [FixtureFact(TinyPipelines.Area)]
    public async Task The_way_in_which_large_pictures_are_decoded_can_be_chosen()
    {
        var tiling = new TilingOptions { Mode = TilingMode.Always, StripPixels = 512 };
        using var pipeline = (StableDiffusionPipeline)await new MaskUNetBuilder().UseStableDiffusion(TinyPipelines.AnyFolder, tiling: tiling).UseDdim().BuildAsync();
        ((AutoencoderKL)pipeline.Decoder).Tiling.Should().Be(tiling);
        (await pipeline.GenerateAsync("a bench", 1)).Width.Should().Be(64);
    }

    public static TheoryData<string, string, Func<MaskUNetBuilder, MaskUNetBuilder>> Slots => new()
    {
        { "model", "UseStableDiffusion and by UseModel", builder => builder.UseStableDiffusion("a folder").UseModel(new StandInLoader()) },
        { "scheduler", "UseScheduler(Ddim) and by UseScheduler(DpmSolverMultistep)", builder => builder.UseDdim().UseDpmSolver() },
        { "masks", "UseRandomMasks and by UseMasks", builder => builder.UseRandomMasks(0.1).UseMasks(MaskStrategy.None) },
        { "device", "UseDevice and by UseDevice", builder => builder.UseDevice("cpu").UseDevice("cpu") },
        { "data type", "UseDataType and by UseDataType", builder => builder.UseDataType(ScalarType.Float32).UseDataType(ScalarType.BFloat16) },
    };

    [Theory]
    [MemberData(nameof(Slots))]
    public async Task A_slot_that_is_filled_twice_is_a_problem_that_names_both_calls(string slot, string calls, Func<MaskUNetBuilder, MaskUNetBuilder> fill) =>
        await fill(new()).Awaiting(builder => builder.BuildAsync()).Should().ThrowAsync<InvalidOptionException>()
            .WithMessage($"The pipeline cannot be built: *The {slot} was chosen twice, by {calls}; keep one of the two.*");

    [Fact]
    public async Task All_problems_are_told_at_once()
    {
        var builder = new MaskUNetBuilder()
            .UseStableDiffusion("no/such/model", new() { ConfigFolder = "no/config", TokenizerFolder = "no/tokenizer" }, new TilingOptions { StripPixels = 0 })
            .UseRandomMasks(1.5)
            .UseDataType(ScalarType.Int64)
            .UseDevice("abacus")
            .Problem("An extension's own problem.");
        await builder.Awaiting(b => b.BuildAsync()).Should().ThrowAsync<InvalidOptionException>().WithMessage(
            "The pipeline cannot be built: UseRandomMasks: The mask ratio is 1.5;* UseDataType: the data type is Int64;* An extension's own problem."
            + " UseStableDiffusion: There is no model at 'no/such/model'* ConfigFolder is 'no/config'* TokenizerFolder is 'no/tokenizer'* StripPixels*"
            + " UseDevice: 'abacus' is not a device: use cpu,*");
    }

    [FixtureTheory(TinyPipelines.Area)]
    [MemberData(nameof(TinyPipelines.Names), MemberType = typeof(TinyPipelines))]
    public async Task What_is_wrong_with_a_models_folder_is_told_with_the_other_problems(string name)
    {
        using var folder = new PipelineCopy(name);
        string[] damaged = [folder["model_index.json"], folder["vae", "config.json"], folder["scheduler", "scheduler_config.json"]];
        string[] missing = [folder["unet", "config.json"], folder["tokenizer", "merges.txt"]];
        damaged.ToList().ForEach(file => File.WriteAllText(file, "{"));
        missing.ToList().ForEach(File.Delete);

        var build = new MaskUNetBuilder().UseStableDiffusion(folder.Path).UseDevice("abacus").Awaiting(builder => builder.BuildAsync());

        var message = (await build.Should().ThrowAsync<InvalidOptionException>()).Which.Message;
        message.Should().ContainAll([.. damaged, .. missing]).And.Contain("'abacus' is not a device");
        message.Split("UseStableDiffusion: ").Should().HaveCount(1 + damaged.Length + 1, "the missing files are one problem");
    }

    [Fact]
    public async Task A_folder_without_a_models_index_is_one_problem()
    {
        using var folder = new TemporaryFolder();
        await new MaskUNetBuilder().UseStableDiffusion(folder.Path).Awaiting(builder => builder.BuildAsync()).Should().ThrowAsync<InvalidOptionException>()
            .WithMessage($"The pipeline cannot be built: UseStableDiffusion: {folder.Path} has no model_index.json, so it is no diffusers model: *");
    }

    [Fact]
    public async Task A_single_files_folder_of_configurations_is_looked_into()
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder["model.safetensors"], "not looked into");
        await new MaskUNetBuilder().UseStableDiffusion(folder["model.safetensors"], new() { ConfigFolder = folder.Path })
            .Awaiting(builder => builder.BuildAsync()).Should().ThrowAsync<InvalidOptionException>()
            .WithMessage("The pipeline cannot be built: UseStableDiffusion: The folder of configurations * lacks *unet*vae*text_encoder*scheduler*");
    }

    [Fact]
    public async Task A_scheduler_that_does_not_exist_is_a_problem() =>
        await new MaskUNetBuilder().UseScheduler((SchedulerKind)99).Awaiting(builder => builder.BuildAsync())
            .Should().ThrowAsync<InvalidOptionException>().WithMessage("*UseScheduler: there is no scheduler 99; choose one of*Ddim*");

    [FixtureFact(TinyPipelines.Area)]
    public async Task A_function_that_makes_no_scheduler_is_refused() =>
        await TinyPipelines.Builder().UseScheduler(_ => null!).Awaiting(builder => builder.BuildAsync())
            .Should().ThrowAsync<InvalidOptionException>().WithMessage("UseScheduler: the given function made no scheduler*");

    [Fact]
    public async Task A_builder_without_a_model_says_how_to_choose_one() =>
        await new MaskUNetBuilder().Awaiting(builder => builder.BuildAsync())
            .Should().ThrowAsync<InvalidOptionException>().WithMessage("*No model was chosen; call UseStableDiffusion(path)*");

    [FixtureFact(TinyPipelines.Area)]
    public async Task A_cancelled_build_stops_between_parts_and_leaves_nothing()
    {
        using var cancellation = new CancellationTokenSource();
        var builder = TinyPipelines.Builder().UseScheduler(config =>
        {
            cancellation.Cancel(); // the scheduler is made before the first model is loaded
            return SchedulerFactory.Create(SchedulerKind.Ddim, config);
        });
        await builder.Awaiting(b => b.BuildAsync(cancellation.Token)).Should().ThrowAsync<OperationCanceledException>();
        await builder.Awaiting(b => b.BuildAsync(new CancellationToken(canceled: true))).Should().ThrowAsync<OperationCanceledException>();
    }

    [FixtureFact(TinyPipelines.Area)]
    public async Task Each_build_loads_a_pipeline_of_its_own()
    {
        var builder = TinyPipelines.Builder().UseDdim();
        var first = await builder.BuildAsync();
        using var second = await builder.BuildAsync();
        first.Dispose();
        (await second.GenerateAsync("a bench", 1)).Image.Should().NotBeNull();
    }

    [Fact]
    [SuppressMessage("Usage", "CA2201", Justification = "It plays what TorchSharp throws.")]
    public async Task Memory_that_runs_out_while_loading_is_an_error_that_says_so()
    {
        var builder = new MaskUNetBuilder().UseModel(new StandInLoader(() => throw new ExternalException("[enforce fail] DefaultCPUAllocator: can't allocate memory\nstack")));
        await builder.Awaiting(b => b.BuildAsync())
            .Should().ThrowAsync<TensorMemoryException>().WithMessage("Memory ran out while loading the model (*can't allocate memory)*BFloat16*");
    }

    private sealed class StandInLoader(Func<IImagePipeline>? load = null) : IPipelineLoader
    {
        public IEnumerable<string> Problems() => [];

        public IImagePipeline Load(PipelineParts parts, CancellationToken cancellationToken) => load is null ? StandInPipeline.Create() : load();
    }
}
