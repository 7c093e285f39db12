using MaskUNet.Rewards.Blip;
using MaskUNet.Rewards.Clip;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Shapes.TrainRewards;

/// <summary>
/// What attention can read off a vision transformer that is a CLIP's: how the first position, the whole picture's, differs from the mean of the
/// patches, in the directions that matter most when the CLIP compares pictures with captions. Made of some of both; holds tensors.
/// </summary>
internal sealed class ViewBasis : IDisposable
{
    private const double Ridge = 1e-5; // of the mean variance
    private const double Steadiness = 10; // of what the patches' mean gives, against what the difference gives
    private const double Evenness = 0.1; // of what each patch gives, likewise

    /// <summary>Measures.</summary>
    /// <param name="model">The model whose transformer, which is the CLIP's, looks.</param>
    /// <param name="clip">The CLIP.</param>
    /// <param name="pixels">Pictures, normalised, [N, 3, S, S].</param>
    /// <param name="texts">The CLIP's unit features of captions, [M, F].</param>
    /// <param name="directions">How many directions are wanted, at most the width.</param>
    public ViewBasis(ImageRewardModel model, ClipModel clip, Tensor pixels, Tensor texts, int directions)
    {
        using var quiet = no_grad();
        using var scope = NewDisposeScope();
        var seen = model.ReadPictures(pixels);
        var each = seen.narrow(1, 1, seen.shape[1] - 1);
        var (whole, patches) = (seen.select(1, 0), each.mean([1]));
        var uneven = Second((each - patches.unsqueeze(1)).flatten(0, 1)) * Evenness;
        var (difference, centred) = (whole - patches, whole - whole.mean([0]));
        var mean = difference.mean([0]);
        var same = linalg.solve(Ridged(Second(difference) + uneven), mean);
        Whole = (same / same.dot(mean)).MoveToOuterDisposeScope();
        var steady = linalg.solve(Ridged(Second(difference) + (Second(patches - patches.mean([0])) * Steadiness)), mean);
        Answer = (steady / steady.dot(mean)).MoveToOuterDisposeScope();
        AnswerOffset = -Answer.dot(patches.mean([0])).item<float>();
        // Pictures x and captions q are compared by x q: of all maps to so many directions, these keep most of it.
        var projection = clip.Weights["visual_projection.weight"].detach();
        var (root, inverse) = Roots(Ridged(Second(centred)));
        var (toQuery, _) = Roots(Ridged(Second(texts.matmul(projection))));
        var chosen = linalg.svd(root.matmul(toQuery), fullMatrices: false).U.narrow(1, 0, directions).t();
        Asking = chosen.matmul(root).matmul(projection.t()).MoveToOuterDisposeScope();
        // Attention compares positions, so it is their difference that has to give what the whole gives, and nothing in the mean.
        var wanted = centred.matmul(inverse).matmul(chosen.t());
        Directions = linalg.solve(Ridged(Second(difference) + uneven), difference.t().matmul(wanted) / difference.shape[0]).t().contiguous().MoveToOuterDisposeScope();
        Content = difference.matmul(Directions.t()).MoveToOuterDisposeScope();
    }

    /// <summary>A filter that the whole passes by 1 more than the patches' mean, whatever the picture; [D].</summary>
    public Tensor Whole { get; }

    /// <summary>A filter that gives, with <see cref="AnswerOffset"/>, 1 for the whole and 0 for the patches' mean; [D].</summary>
    public Tensor Answer { get; }

    /// <summary>Goes with <see cref="Answer"/>.</summary>
    public float AnswerOffset { get; }

    /// <summary>Filters by which the whole less the patches' mean has a variance of about 1 over pictures; [directions, D].</summary>
    public Tensor Directions { get; }

    /// <summary>From a text's feature to what it asks of the directions, so that the dot product is nearly the CLIP's; [directions, F].</summary>
    public Tensor Asking { get; }

    /// <summary>What the pictures are in the directions, [N, directions].</summary>
    public Tensor Content { get; }

    public void Dispose()
    {
        foreach (var tensor in new[] { Whole, Answer, Directions, Asking, Content })
        {
            tensor.Dispose();
        }
    }

    private static Tensor Second(Tensor rows) => rows.t().matmul(rows) / rows.shape[0];

    private static Tensor Ridged(Tensor moments) => moments + (eye(moments.shape[0]) * moments.diagonal().mean() * Ridge);

    private static (Tensor Root, Tensor Inverse) Roots(Tensor moments)
    {
        var (values, vectors) = linalg.eigh(moments);
        return (vectors.mul(values.sqrt()).matmul(vectors.t()), vectors.mul(values.rsqrt()).matmul(vectors.t()));
    }
}
