namespace MaskUNet.Benchmarks.Models;

/// <summary>The arithmetic of transformers, in GFLOP: products of matrices only, two operations a product and sum.</summary>
/// <param name="Linear">Of the linear layers, forwards.</param>
/// <param name="Attention">Of the products of queries, keys and values, forwards.</param>
internal readonly record struct Arithmetic(double Linear, double Attention)
{
    public static Arithmetic operator +(Arithmetic a, Arithmetic b) => new(a.Linear + b.Linear, a.Attention + b.Attention);

    /// <summary>Self-attention and an MLP, layer by layer.</summary>
    public static Arithmetic Transformer(int layers, double width, double mlp, double tokens) => new(
        2e-9 * layers * tokens * ((4 * width * width) + (2 * width * mlp)), 4e-9 * layers * tokens * tokens * width);

    /// <summary>Attention to something else.</summary>
    public static Arithmetic CrossAttention(int layers, double width, double tokens, double sourceWidth, double sourceTokens) => new(
        4e-9 * layers * ((tokens * width * width) + (sourceTokens * sourceWidth * width)), 4e-9 * layers * tokens * sourceTokens * width);

    /// <summary>Forwards and back to the input: frozen weights get no gradients, so a linear layer costs the same again, a product of two inputs twice.</summary>
    public static double WithGradient(Arithmetic forward) => (2 * forward.Linear) + (3 * forward.Attention);
}
