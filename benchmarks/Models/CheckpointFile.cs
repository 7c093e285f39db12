using System.Text.Json.Nodes;
using MaskUNet.Checkpoints;
using MaskUNet.Tests.TestSupport;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Benchmarks.Models;

/// <summary>Stable Diffusion 1.5 as one float16 file of 2 GB with formula weights. Deleted at the end.</summary>
internal sealed class CheckpointFile : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("maskunet-benchmark-");

    public CheckpointFile()
    {
        FilePath = Path.Combine(folder.FullName, "model.safetensors");
        FloatBytes = 4 * Write(FilePath);
    }

    public string FilePath { get; }

    /// <summary>What the weights take as float32.</summary>
    public long FloatBytes { get; }

    /// <summary>Writes such a file.</summary>
    /// <returns>How many numbers it holds.</returns>
    public static long Write(string path)
    {
        using var scope = NewDisposeScope();
        var tensors = Tensors().ToDictionary(tensor => tensor.Name, tensor => new FormulaWeights().Read(tensor.Name, tensor.Shape, ScalarType.Float16, CPU));
        SafetensorsWriter.Write(path, tensors);
        return tensors.Values.Sum(tensor => tensor.numel());
    }

    public void Dispose() => folder.Delete(recursive: true);

    private static IEnumerable<(string Name, long[] Shape)> Tensors()
    {
        foreach (var part in (string[])["sd15-unet", "sd-vae", "sd15-text"])
        {
            var shapes = Json($"{part}.json")["keys"]!.AsArray().ToDictionary(key => (string)key![0]!, key => key![1]!);
            foreach (var pair in Json($"{part}-from-ldm.json")["pairs"]!.AsArray().Select(pair => pair!.AsArray()))
            {
                var shape = pair.Count > 3 ? pair[3]! : shapes[(string)pair[1]!];
                yield return ((string)pair[0]!, [.. shape.AsArray().Select(size => (long)size!)]);
            }
        }
    }

    private static JsonNode Json(string name)
    {
        using var stream = typeof(CheckpointFile).Assembly.GetManifestResourceStream(name)!;
        return JsonNode.Parse(stream)!;
    }
}
