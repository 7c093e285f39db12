using MaskUNet.DependencyInjection;
using MaskUNet.Latents;
using MaskUNet.Masking;
using MaskUNet.Scheduling;
using MaskUNet.Tests.Pipelines;
using MaskUNet.Tests.TestSupport;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Tests.DependencyInjection;

[LeavesNoTensors]
public class AddMaskUNetTests
{
    [FixtureFact(TinyPipelines.Area)]
    public async Task The_containers_pipeline_draws_as_one_built_without_a_container()
    {
        var services = new ServiceCollection();
        services.AddMaskUNet(options => options.Model = TinyPipelines.AnyFolder).UseDpmSolver().UseRandomMasks(0.1, seed: 3);
        await using var provider = services.BuildServiceProvider();
        using var built = await TinyPipelines.Builder().UseDpmSolver().UseMasks(new RandomMasks(0.1, seed: 3)).BuildAsync();
        var request = new ImageRequest("a bench") { Seed = 1, Steps = 2 };
        (await provider.GetRequiredService<IImagePipeline>().PixelsAsync(request)).Should().Equal(await built.PixelsAsync(request));
    }

    [FixtureFact(TinyPipelines.Area)]
    public async Task It_is_loaded_once_however_many_ask_at_once_and_disposed_with_the_container()
    {
        var loads = 0;
        var services = new ServiceCollection();
        services.AddMaskUNet(options => options.Model = TinyPipelines.AnyFolder).UseScheduler(config =>
        {
            Interlocked.Increment(ref loads);
            return SchedulerFactory.Create(SchedulerKind.Ddim, config);
        });
        var provider = services.BuildServiceProvider();
        loads.Should().Be(0, "nobody has asked for it");
        var asked = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(provider.GetRequiredService<IImagePipeline>)));
        loads.Should().Be(1);
        asked.Distinct().Should().ContainSingle();
        await provider.DisposeAsync();
        await asked[0].Awaiting(pipeline => pipeline.GenerateAsync("a bench")).Should().ThrowAsync<ObjectDisposedException>();
    }

    [FixtureFact(TinyPipelines.Area)]
    public void Options_reach_the_models()
    {
        var tiling = new TilingOptions { Mode = TilingMode.Never };
        var services = new ServiceCollection();
        services.AddMaskUNet(options => (options.Model, options.Device, options.DataType, options.Tiling) = (TinyPipelines.AnyFolder, "CPU", ScalarType.Float64, tiling));
        using var provider = services.BuildServiceProvider();
        var pipeline = (StableDiffusionPipeline)provider.GetRequiredService<IImagePipeline>();
        (pipeline.UNet.DataType, pipeline.UNet.Device.type).Should().Be((ScalarType.Float64, DeviceType.CPU));
        ((AutoencoderKL)pipeline.Decoder).Tiling.Should().Be(tiling);
    }

    [FixtureFact(TinyPipelines.Area)]
    public void Options_that_are_left_out_are_the_defaults()
    {
        var services = new ServiceCollection();
        services.AddMaskUNet(options => (options.Model, options.Tiling) = (TinyPipelines.AnyFolder, null));
        using var provider = services.BuildServiceProvider();
        var pipeline = (StableDiffusionPipeline)provider.GetRequiredService<IImagePipeline>();
        ((AutoencoderKL)pipeline.Decoder).Tiling.Should().Be(new TilingOptions());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void What_only_a_model_has_a_use_for_is_refused_without_one(bool averaged)
    {
        var services = new ServiceCollection();
        services.AddMaskUNet(options => (options.UseAveragedWeights, options.Tiling) = (averaged, averaged ? null : new()));
        using var provider = services.BuildServiceProvider();
        provider.Invoking(p => p.GetRequiredService<IImagePipeline>()).Should().Throw<InvalidOptionException>().WithMessage("*MaskUNetOptions.Model is not set, but*");
    }

    [FixtureFact(TinyPipelines.Area)]
    public void Each_container_of_one_collection_loads_its_own()
    {
        var services = new ServiceCollection();
        services.AddMaskUNet(options => (options.Model, options.Device) = (TinyPipelines.AnyFolder, "cpu")).UseDdim();
        using var first = services.BuildServiceProvider();
        using var second = services.BuildServiceProvider();
        first.GetRequiredService<IImagePipeline>().Should().NotBeSameAs(second.GetRequiredService<IImagePipeline>());
    }

    [Fact]
    public void All_problems_of_options_and_builder_are_told_at_once_by_name()
    {
        var services = new ServiceCollection();
        services.AddMaskUNet().UseRandomMasks(2).UseDevice("cpu");
        services.Configure<MaskUNetOptions>(options => (options.Model, options.Device, options.DataType, options.ConfigFolder) = ("no/model", "cpu", ScalarType.Int8, "no/config"));
        using var provider = services.BuildServiceProvider();
        string[] problems =
        [
            "UseRandomMasks: The mask ratio is 2;*",
            "The device was chosen twice, by UseDevice and by MaskUNetOptions.Device; keep one of the two.",
            "MaskUNetOptions.DataType: the data type is Int8;*",
            "MaskUNetOptions.Model: There is no model at 'no/model'*",
            "MaskUNetOptions.Model: ConfigFolder is 'no/config'*",
        ];
        provider.Invoking(p => p.GetRequiredService<IImagePipeline>()).Should().Throw<InvalidOptionException>()
            .WithMessage($"The pipeline cannot be built: {string.Join(" ", problems)}");
        var atStart = provider.Invoking(p => p.GetRequiredService<IStartupValidator>().Validate())
            .Should().Throw<OptionsValidationException>().Which.Failures.ToList();
        atStart.Should().HaveSameCount(problems);
        atStart.Zip(problems).Should().AllSatisfy(pair => pair.First.Should().Match(pair.Second));
    }

    [FixtureFact(TinyPipelines.Area)]
    public void A_model_that_is_not_complete_is_found_when_the_host_starts()
    {
        using var folder = new PipelineCopy(TinyPipelines.AnyName);
        File.Delete(folder["vae", "config.json"]);
        var services = new ServiceCollection();
        services.AddMaskUNet(options => options.Model = folder.Path);
        using var provider = services.BuildServiceProvider();
        provider.Invoking(p => p.GetRequiredService<IStartupValidator>().Validate()).Should().Throw<OptionsValidationException>()
            .Which.Failures.Should().ContainSingle().Which.Should().Match($"MaskUNetOptions.Model: The model in*Missing: {folder["vae", "config.json"]}.*");
    }

    [Fact]
    public void What_goes_with_a_model_is_refused_without_one()
    {
        var services = new ServiceCollection();
        services.AddMaskUNet(options => options.Variant = "fp16");
        using var provider = services.BuildServiceProvider();
        provider.Invoking(p => p.GetRequiredService<IImagePipeline>()).Should().Throw<InvalidOptionException>()
            .WithMessage("*MaskUNetOptions.Model is not set*Variant*No model was chosen; call UseStableDiffusion(path), or set the option Model.");
    }

    [Fact]
    public void Adding_it_twice_is_refused_and_a_keyed_pipeline_beside_it_is_not()
    {
        var services = new ServiceCollection();
        services.AddKeyedSingleton<IImagePipeline>("other", (_, _) => throw new NotSupportedException());
        services.AddMaskUNet();
        services.Invoking(s => s.AddMaskUNet()).Should().Throw<InvalidOptionException>().WithMessage("*IImagePipeline already*keyed*");
    }

    [FixtureFact(TinyPipelines.Area)]
    public void A_load_that_failed_is_tried_again()
    {
        var fail = true;
        var services = new ServiceCollection();
        services.AddMaskUNet(options => options.Model = TinyPipelines.AnyFolder).UseScheduler(config => fail
            ? throw new InvalidOptionException("not yet")
            : SchedulerFactory.Create(SchedulerKind.Ddim, config));
        using var provider = services.BuildServiceProvider();
        provider.Invoking(p => p.GetRequiredService<IImagePipeline>()).Should().Throw<InvalidOptionException>().WithMessage("not yet");
        fail = false;
        provider.GetRequiredService<IImagePipeline>().Should().NotBeNull();
    }
}
