namespace MaskUNet.Shapes.Judging;

/// <summary>How a picture fares against a prompt, after GenEval.</summary>
/// <param name="Task">What the prompt asks for.</param>
/// <param name="Objects">Whether there are enough objects of each kind, and not more where a number above one is asked for.</param>
/// <param name="Colors">Whether they have the named colours; null if none is named, false if objects are missing.</param>
/// <param name="Position">Whether they stand in the relation; null if there is none, false if objects are missing.</param>
public sealed record GenEvalResult(GenEvalTask Task, bool Objects, bool? Colors, bool? Position)
{
    /// <summary>Whether all that the prompt asks for is there; textures are not GenEval's business.</summary>
    public bool Correct => Objects && Colors != false && Position != false;
}
