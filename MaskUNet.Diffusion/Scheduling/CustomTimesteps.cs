using System.Numerics;

namespace MaskUNet.Scheduling;

/// <summary>Timesteps of the caller's choice.</summary>
internal static class CustomTimesteps
{
    /// <summary>Refuses what is not a descending list within the training schedule.</summary>
    public static IReadOnlyList<T> Check<T>(IReadOnlyList<T> timesteps, int trainTimesteps)
        where T : INumber<T>
    {
        ArgumentNullException.ThrowIfNull(timesteps);
        if (timesteps.Count == 0)
        {
            throw new InvalidOptionException("the list of timesteps is empty: give at least one.");
        }

        for (var i = 0; i < timesteps.Count; i++)
        {
            if (!(timesteps[i] >= T.Zero && timesteps[i] <= T.CreateChecked(trainTimesteps - 1)))
            {
                throw new InvalidOptionException(FormattableString.Invariant(
                    $"timestep {timesteps[i]} is outside the training schedule: give 0 to {trainTimesteps - 1}."));
            }

            if (i > 0 && timesteps[i] >= timesteps[i - 1])
            {
                throw new InvalidOptionException(FormattableString.Invariant(
                    $"timestep {timesteps[i]} comes after {timesteps[i - 1]}: give the timesteps in descending order."));
            }
        }

        return timesteps;
    }
}
