using static TorchSharp.torch;

namespace MaskUNet.Kernels;

/// <summary>Whether a calculation will be differentiated, so that it must not overwrite what it read nor leave libtorch's operators.</summary>
internal static class Gradients
{
    /// <summary>True where the calling thread records gradients and one of the tensors has any.</summary>
    public static bool AreRecorded(params ReadOnlySpan<Tensor?> tensors)
    {
        if (!is_grad_enabled())
        {
            return false;
        }

        foreach (var tensor in tensors)
        {
            if (tensor?.requires_grad == true)
            {
                return true;
            }
        }

        return false;
    }
}
