using MaskUNet;
using MaskUNet.DependencyInjection;
using Microsoft.Extensions.Options;

// Where every library puts such methods, so that no one has to look for a namespace.
namespace Microsoft.Extensions.DependencyInjection;

/// <summary>MaskUNet in a container.</summary>
public static class MaskUNetServiceCollectionExtensions
{
    /// <summary>
    /// Adds an <see cref="IImagePipeline"/> that is loaded when it is first asked for, once, shared by everybody, and disposed with the container.
    /// </summary>
    /// <param name="services">The services.</param>
    /// <param name="configure">Sets options; those that configuration sections are bound to count as well.</param>
    /// <returns>The builder of the pipeline, for everything that options do not say: <c>.UseDpmSolver().UseRandomMasks(0.1)</c>.</returns>
    /// <remarks>
    /// <para>Whoever asks first waits while the model is loaded. Loading runs on the pipeline's own thread, so the wait cannot deadlock, whatever
    /// thread it is on. A host checks the options when it starts and lists all problems at once; asked for the pipeline, the container
    /// throws them as an <see cref="InvalidOptionException"/>. A load that failed is tried again when the pipeline is next asked for.</para>
    /// <para>For a second model in one container, build it with <see cref="MaskUNetBuilder"/> and add it as a keyed service.</para>
    /// </remarks>
    /// <exception cref="InvalidOptionException">A pipeline was added before.</exception>
    /// <example><code>
    /// services.AddMaskUNet(options => options.Model = "models/stable-diffusion-v1-5").UseDpmSolver().UseRandomMasks(0.1);
    /// </code></example>
    public static MaskUNetBuilder AddMaskUNet(this IServiceCollection services, Action<MaskUNetOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        if (services.Any(service => service.ServiceType == typeof(IImagePipeline) && !service.IsKeyedService))
        {
            throw new InvalidOptionException(
                "The services have an IImagePipeline already; call AddMaskUNet once, and add a further pipeline of MaskUNetBuilder as a keyed service.");
        }

        var builder = new MaskUNetBuilder();
        var options = services.AddOptions<MaskUNetOptions>().ValidateOnStart();
        if (configure is not null)
        {
            options.Configure(configure);
        }

        services.AddSingleton<IValidateOptions<MaskUNetOptions>>(new MaskUNetOptionsValidation(builder));
        services.AddSingleton(provider => Load(builder.Copy(), provider));
        return builder;
    }

    private static IImagePipeline Load(MaskUNetBuilder builder, IServiceProvider provider)
    {
        try
        {
            provider.GetRequiredService<IOptions<MaskUNetOptions>>().Value.ApplyTo(builder);
        }
        catch (OptionsValidationException e)
        {
            throw new InvalidOptionException($"The pipeline cannot be built: {string.Join(" ", e.Failures)}", e);
        }

        return builder.BuildAsync().GetAwaiter().GetResult();
    }
}
