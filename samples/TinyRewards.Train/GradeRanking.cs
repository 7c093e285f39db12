using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Shapes.TrainRewards;

/// <summary>How well scores are in the order of grades: of each row, any two columns with different grades.</summary>
internal static class GradeRanking
{
    /// <param name="scores">[rows, columns].</param>
    /// <param name="grades">Likewise; NaN where there is none to compare with.</param>
    /// <param name="kin">Whether a column is of the row's family, bool, likewise.</param>
    /// <param name="beyond">False for pairs of columns that both are, true for all others.</param>
    /// <returns>The mean of -log sigmoid of what the better scores more, and the share in which it scores more.</returns>
    public static (Tensor Loss, double Agreement) Of(Tensor scores, Tensor grades, Tensor kin, bool beyond = false)
    {
        var both = kin.unsqueeze(2).logical_and(kin.unsqueeze(1));
        var pairs = grades.unsqueeze(2).gt(grades.unsqueeze(1)).logical_and(beyond ? both.logical_not() : both);
        var margins = (scores.unsqueeze(2) - scores.unsqueeze(1)).masked_select(pairs);
        return (nn.functional.softplus(-margins).mean(), margins.gt(0).to(ScalarType.Float32).mean().item<float>());
    }
}
