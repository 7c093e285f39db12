namespace MaskUNet.Shapes.Scenes;

/// <summary>What lies behind the objects: light tones of little colour, so that it never looks like one of them.</summary>
/// <param name="Kind">How the tones meet.</param>
/// <param name="First">The first tone, [0, 255].</param>
/// <param name="Second">The second tone, [0, 255].</param>
internal sealed record SceneBackground(BackgroundKind Kind, Tone First, Tone Second)
{
    private const double Horizon = 0.62;

    private static readonly Tone[] Tints = [new(0, 0, 0), new(5, 0, -8), new(-8, -1, 6), new(-7, 5, -3), new(6, -5, -2), new(1, -6, 6)];

    public static SceneBackground Draw(SceneRandom random)
    {
        var light = random.Between(205, 246);
        var tint = Tints[random.Next(Tints.Length)];
        var kind = random.Pick<BackgroundKind>();
        return new SceneBackground(kind, tint + light, tint + (light - random.Between(12, 22)));
    }

    /// <summary>The colour at a place, in units of the picture's sides.</summary>
    public Tone At(double x, double y) => Kind switch
    {
        BackgroundKind.Down => Tone.Mix(First, Second, y),
        BackgroundKind.Across => Tone.Mix(First, Second, x),
        BackgroundKind.Vignette => Tone.Mix(First, Second, 2 * (((x - 0.5) * (x - 0.5)) + ((y - 0.5) * (y - 0.5)))),
        BackgroundKind.Horizon => Tone.Mix(First, Second, Math.Clamp(((y - Horizon) * Scene.Size) + 0.5, 0, 1)),
        _ => First,
    };
}
