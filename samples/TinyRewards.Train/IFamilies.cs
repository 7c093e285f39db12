namespace MaskUNet.Shapes.TrainRewards;

/// <summary>Families by number, without end; the same number always gives the same. Safe to read from several threads at once.</summary>
internal interface IFamilies
{
    /// <summary>What checkpoints call them.</summary>
    string Name { get; }

    /// <summary>A family.</summary>
    Family this[long number] { get; }
}
