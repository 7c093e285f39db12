namespace MaskUNet.Shapes.TrainRewards;

/// <summary>Families of two kinds by turns.</summary>
internal sealed class MixedFamilies(IFamilies first, IFamilies second) : IFamilies
{
    public string Name => $"{first.Name} and {second.Name}";

    public Family this[long number] => (number % 2 == 0 ? first : second)[number / 2];
}
