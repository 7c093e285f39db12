namespace MaskUNet.Checkpoints;

/// <summary>A tensor and its bytes, as a safetensors header states them: offsets relative to the end of the header, not checked yet.</summary>
internal readonly record struct StoredRange(TensorEntry Entry, ulong Begin, ulong End);
