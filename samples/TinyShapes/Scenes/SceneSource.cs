namespace MaskUNet.Shapes.Scenes;

/// <summary>
/// Endless scenes of a seed. Scene i is a function of seed, split and i alone: the same on every machine, in any order, from any number of
/// threads. For prompts alone, take the scenes' <see cref="Scene.Prompt"/> and <see cref="Scene.Caption"/>; pictures are drawn only by
/// <see cref="Scene.Render"/>. Safe to share between threads.
/// </summary>
/// <param name="seed">Another seed gives other scenes.</param>
/// <param name="split">Training scenes (default), or held-out ones.</param>
public sealed class SceneSource(long seed, SceneSplit split = SceneSplit.Training)
{
    /// <summary>A scene.</summary>
    /// <param name="index">Its number, from 0.</param>
    /// <exception cref="InvalidOptionException">The number is negative.</exception>
    public Scene this[long index]
    {
        get
        {
            if (index < 0)
            {
                throw new InvalidOptionException($"Scenes are counted from 0; there is no scene {index}.");
            }

            var random = new SceneRandom(seed, (2 * index) + (int)split);
            return Scene.Compose(PromptSource.Draw(split, random), random);
        }
    }
}
