using MaskUNet.Rewards;
using MaskUNet.Rewards.Blip;
using MaskUNet.Rewards.Clip;

namespace MaskUNet.Samples.ScoreImages;

/// <summary>Rewards by the names that the command line has for them.</summary>
internal static class Rewards
{
    /// <summary>The one that comes with the library.</summary>
    public const string TinyShapes = "tinyshapes";

    private static readonly Dictionary<string, Func<string, IRewardModel>> ByName = new(StringComparer.OrdinalIgnoreCase)
    {
        [TinyShapes] = _ => MaskUNet.TinyShapes.LoadClipScore(),
        ["imagereward"] = path => ImageReward.Load(path),
        ["hps"] = path => HpsV2.Load(path),
        ["pickscore"] = path => PickScore.Load(path),
        ["clip"] = path => ClipScore.Load(path),
        ["blip-vqa"] = path => BlipVqa.Load(path),
        ["aesthetic"] = path => path.Split(',') is [var head, var clip]
            ? AestheticScore.Load(head, clip)
            : throw new InvalidOptionException("The aesthetic score needs two paths with a comma between them: aesthetic=PREDICTOR,CLIP."),
    };

    public static IEnumerable<string> Names => ByName.Keys;

    /// <summary>Loads what <c>NAME=PATH</c> says.</summary>
    /// <exception cref="MaskUNetException">There is no such reward, or it cannot be loaded.</exception>
    public static IRewardModel Load(string option)
    {
        var parts = option.Split('=', 2);
        if (!ByName.TryGetValue(parts[0], out var load))
        {
            throw new InvalidOptionException($"There is no reward '{parts[0]}'; choose among {string.Join(", ", Names)}.");
        }

        return parts.Length == 2 || parts[0] == TinyShapes
            ? load(parts[^1])
            : throw new InvalidOptionException($"The reward {parts[0]} needs the path of its model: {parts[0]}=PATH.");
    }
}
