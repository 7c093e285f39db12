using MaskUNet.Images;
using static System.FormattableString;

namespace MaskUNet;

/// <summary>Finds everything that is wrong with a request before any work is done.</summary>
internal static class ImageRequestValidation
{
    private const int MaxPixels = 1 << 15;
    private const int MaxImages = 1024;

    /// <exception cref="InvalidOptionException">Names every value that cannot be used, and what can.</exception>
    public static void Validate(this ImageRequest request, int multiple, int trainTimesteps)
    {
        var problems = Problems(request, multiple, trainTimesteps).ToList();
        if (problems.Count > 0)
        {
            throw new InvalidOptionException("The request cannot be drawn: " + string.Join(" ", problems));
        }
    }

    private static IEnumerable<string> Problems(ImageRequest request, int multiple, int trainTimesteps) =>
        Texts(request).Concat(Numbers(request, trainTimesteps)).Concat(Sizes(request, multiple));

    private static IEnumerable<string> Texts(ImageRequest request)
    {
        if (request.Prompts is not { Count: > 0 } || request.Prompts.Any(prompt => prompt is null))
        {
            yield return "Prompts is empty or holds null; give at least one text (an empty one is allowed).";
            yield break;
        }

        if (request.Prompts.Concat(request.NegativePrompts ?? []).Any(prompt => prompt?.Contains('\0', StringComparison.Ordinal) == true))
        {
            yield return "A prompt holds the character U+0000, which a picture's file cannot carry; remove it.";
        }

        if (request.NegativePrompts is null || request.NegativePrompts.Any(prompt => prompt is null)
            || (request.NegativePrompts.Count > 1 && request.NegativePrompts.Count != request.Prompts.Count))
        {
            yield return Invariant($"NegativePrompts has {request.NegativePrompts?.Count ?? 0} entries; give none, one, or one for each of the {request.Prompts.Count} prompts.");
        }

        if (request.ImagesPerPrompt < 1)
        {
            yield return Invariant($"ImagesPerPrompt is {request.ImagesPerPrompt}; it must be at least 1.");
        }
        else if (request.Count > MaxImages)
        {
            yield return Invariant($"Prompts and ImagesPerPrompt ask for {(long)request.Prompts.Count * request.ImagesPerPrompt} images; at most {MaxImages} are drawn in one batch.");
        }
        else if (request.Seeds is { } seeds && seeds.Count != (request.SharedGenerator ? 1 : request.Count))
        {
            yield return Invariant($"Seeds has {seeds.Count} entries; {(request.SharedGenerator ? "one is needed for a shared generator" : $"the request draws {request.Count} images")}.");
        }
    }

    private static IEnumerable<string> Numbers(ImageRequest request, int trainTimesteps)
    {
        if (request.Steps < 1 || request.Steps > trainTimesteps)
        {
            yield return Invariant($"Steps is {request.Steps}; it must lie between 1 and {trainTimesteps}.");
        }

        if (!double.IsFinite(request.GuidanceScale) || request.GuidanceScale < 0)
        {
            yield return Invariant($"GuidanceScale is {request.GuidanceScale}; it must be a number of at least 0 (7.5 is usual, 1 or less means none).");
        }

        if (!(request.GuidanceRescale is >= 0 and <= 1))
        {
            yield return Invariant($"GuidanceRescale is {request.GuidanceRescale}; it must lie between 0 and 1.");
        }

        if (!(request.Eta is >= 0 and <= 1))
        {
            yield return Invariant($"Eta is {request.Eta}; it must lie between 0 and 1.");
        }

        if (request.ClipSkip < 0)
        {
            yield return Invariant($"ClipSkip is {request.ClipSkip}; it must be at least 0.");
        }

        if (request.Scheduler is not null && request.SchedulerConfig is not null)
        {
            yield return Invariant($"{nameof(request.Scheduler)} and {nameof(request.SchedulerConfig)} are both set; keep one of the two.");
        }

        if (!(request.Strength is > 0 and <= 1))
        {
            yield return Invariant($"Strength is {request.Strength}; it must be above 0 and at most 1.");
        }
        else if (request.Image is not null && (int)(request.Steps * request.Strength) < 1)
        {
            yield return Invariant($"Strength {request.Strength} of {request.Steps} steps leaves no step to run; raise either.");
        }
    }

    private static IEnumerable<string> Sizes(ImageRequest request, int multiple)
    {
        foreach (var (name, value) in new[] { (nameof(request.Width), request.Width), (nameof(request.Height), request.Height) })
        {
            if (value is { } pixels && (pixels < multiple || pixels > MaxPixels || pixels % multiple != 0))
            {
                var nearest = Math.Clamp((int)Math.Round((double)pixels / multiple) * multiple, multiple, MaxPixels);
                yield return Invariant($"{name} is {pixels}; it must be a multiple of {multiple} up to {MaxPixels}, for instance {nearest}.");
            }
        }

        if (request is { Width: { } width, Height: { } height } && (long)width * height > PictureCodec.MostPixels)
        {
            yield return Invariant($"Width and Height are {width} and {height}; a picture has at most {PictureCodec.MostPixels} pixels.");
        }
    }
}
