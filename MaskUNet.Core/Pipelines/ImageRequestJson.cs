using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using MaskUNet.Checkpoints;
using MaskUNet.Masking;
using MaskUNet.Scheduling;

namespace MaskUNet;

/// <summary>Requests as JSON: the settings that a picture carries in its PNG file.</summary>
public static class ImageRequestJson
{
    private const string Remedy = "give the text that ImageRequestJson.Write made.";

    private static readonly JsonSerializerOptions Format = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals, // a request is refused for them when it is drawn, not here
    };

    /// <summary>Writes a request.</summary>
    /// <param name="request">The request. Masks and scheduler are described; the input picture of image to image is only mentioned.</param>
    public static string Write(ImageRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        var config = request.SchedulerConfig ?? request.Scheduler?.Config;
        return JsonSerializer.Serialize(
            new Settings(request.Prompts)
            {
                NegativePrompts = request.NegativePrompts,
                ImagesPerPrompt = request.ImagesPerPrompt,
                Seed = request.Seeds is null ? request.Seed : null,
                Seeds = request.Seeds,
                SharedGenerator = request.SharedGenerator,
                Steps = request.Steps,
                GuidanceScale = request.GuidanceScale,
                GuidanceRescale = request.GuidanceRescale,
                Eta = request.Eta,
                ClipSkip = request.ClipSkip,
                Width = request.Width,
                Height = request.Height,
                Image = request.Image is { } image ? $"{image.Width} x {image.Height} pixels" : null,
                Strength = request.Image is null ? null : request.Strength,
                Masks = request.Masks?.Describe(),
                Scheduler = config is not null ? JsonNode.Parse(config.ToString()) : request.Scheduler?.GetType().Name,
            },
            Format);
    }

    /// <summary>Reads a request.</summary>
    /// <param name="json">What <see cref="Write"/> gave.</param>
    /// <param name="missing">What the text does not bring back and must be set by hand, a sentence each; empty if nothing.</param>
    /// <exception cref="InvalidOptionException">The text is no such JSON.</exception>
    public static ImageRequest Read(string json, out IReadOnlyList<string> missing)
    {
        ArgumentNullException.ThrowIfNull(json);
        var settings = Parse(json);
        var masks = MaskDescriptions.Restore(settings.Masks);
        var scheduler = settings.Scheduler is JsonObject config ? SchedulerConfig.Parse(config.ToJsonString()) : null;
        string?[] sentences =
        [
            settings.Image is { } size ? $"Set Image to the picture of {size} that it began with." : null,
            settings.Masks is { } described && masks is null ? $"Set Masks to a strategy that does this: {described.ToJsonString()}." : null,
            settings.Scheduler is { } used && scheduler is null ? $"Set Scheduler to the {used.ToJsonString()} that was used." : null,
        ];
        missing = [.. sentences.OfType<string>()];
        return new ImageRequest(settings.Prompts)
        {
            NegativePrompts = settings.NegativePrompts,
            ImagesPerPrompt = settings.ImagesPerPrompt,
            Seed = settings.Seed,
            Seeds = settings.Seeds,
            SharedGenerator = settings.SharedGenerator,
            Steps = settings.Steps,
            GuidanceScale = settings.GuidanceScale,
            GuidanceRescale = settings.GuidanceRescale,
            Eta = settings.Eta,
            ClipSkip = settings.ClipSkip,
            Width = settings.Width,
            Height = settings.Height,
            Strength = settings.Strength ?? ImageRequest.DefaultStrength,
            Masks = masks,
            SchedulerConfig = scheduler,
        };
    }

    private static Settings Parse(string json)
    {
        try
        {
            return JsonText.Parse(json).Deserialize<Settings>(Format) is { Prompts: not null, NegativePrompts: not null } settings
                ? settings
                : throw new InvalidOptionException($"The settings of a picture name no prompts; {Remedy}");
        }
        catch (JsonException e)
        {
            throw new InvalidOptionException($"The settings of a picture cannot be read ({e.Message}); {Remedy}", e);
        }
    }

    private sealed record Settings(IReadOnlyList<string> Prompts)
    {
        public IReadOnlyList<string> NegativePrompts { get; init; } = [];

        public int ImagesPerPrompt { get; init; } = 1;

        public long? Seed { get; init; }

        public IReadOnlyList<long>? Seeds { get; init; }

        public bool SharedGenerator { get; init; }

        public int Steps { get; init; } = ImageRequest.DefaultSteps;

        public double GuidanceScale { get; init; } = ImageRequest.DefaultGuidanceScale;

        public double GuidanceRescale { get; init; }

        public double Eta { get; init; }

        public int ClipSkip { get; init; }

        public int? Width { get; init; }

        public int? Height { get; init; }

        public string? Image { get; init; }

        public double? Strength { get; init; }

        public JsonObject? Masks { get; init; }

        public JsonNode? Scheduler { get; init; }
    }
}
