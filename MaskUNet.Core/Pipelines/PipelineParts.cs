using MaskUNet.Masking;
using MaskUNet.Runtime;
using MaskUNet.Scheduling;
using static TorchSharp.torch;

namespace MaskUNet;

/// <summary>What a <see cref="MaskUNetBuilder"/> was told, for the loader that makes the pipeline.</summary>
/// <param name="Thread">The thread that the pipeline runs on and owns.</param>
/// <param name="Device">The device of all models.</param>
/// <param name="DataType">The type of all weights.</param>
/// <param name="Scheduler">Makes the scheduler from the model's scheduler configuration; null for the one that the file names.</param>
/// <param name="Masks">How masks are found.</param>
public sealed record PipelineParts(
    NativeThread Thread, Device Device, ScalarType DataType, Func<SchedulerConfig, IDiffusionScheduler>? Scheduler, MaskStrategy Masks);
