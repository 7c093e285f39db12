namespace MaskUNet.Scheduling;

/// <summary>The weights of UniPC's differences: arXiv 2302.04867, theorem 3.1.</summary>
internal static class UniPCCoefficients
{
    /// <summary>Solves R a = b with R_{nk} = r_k^{n-1} and b_n = n! phi_{n+1}(h) / B(h).</summary>
    /// <param name="nodes">r_k, where the differences were taken, as shares of the step.</param>
    /// <param name="exponent">h, with its sign.</param>
    /// <param name="growth">e^h - 1.</param>
    /// <param name="scale">B(h).</param>
    public static double[] Solve(IReadOnlyList<double> nodes, double exponent, double growth, double scale)
    {
        if (nodes.Count == 1)
        {
            return [0.5]; // what the paper and the reference implementation take for any h
        }

        var count = nodes.Count;
        var rows = new double[count][];
        var (phi, factorial) = ((growth / exponent) - 1, 1.0);
        for (var n = 0; n < count; n++)
        {
            rows[n] = [.. nodes.Select(r => Math.Pow(r, n)), phi * factorial / scale];
            factorial *= n + 2;
            phi = (phi / exponent) - (1 / factorial);
        }

        return Eliminate(rows);
    }

    // Gauss and Jordan's method with pivots; the matrix has the right-hand side as last column.
    private static double[] Eliminate(double[][] rows)
    {
        for (var column = 0; column < rows.Length; column++)
        {
            var pivot = Enumerable.Range(column, rows.Length - column).MaxBy(row => Math.Abs(rows[row][column]));
            (rows[column], rows[pivot]) = (rows[pivot], rows[column]);
            var head = rows[column][column];
            rows[column] = Array.ConvertAll(rows[column], value => value / head);
            for (var row = 0; row < rows.Length; row++)
            {
                if (row != column)
                {
                    var factor = rows[row][column];
                    rows[row] = [.. rows[row].Zip(rows[column], (value, above) => value - (factor * above))];
                }
            }
        }

        return [.. rows.Select(row => row[^1])];
    }
}
