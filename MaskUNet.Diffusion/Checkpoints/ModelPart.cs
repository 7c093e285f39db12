using System.Text.Json.Nodes;

namespace MaskUNet.Checkpoints;

/// <summary>One network of a Stable Diffusion model as it lies on disk.</summary>
/// <param name="Name">Its name in a diffusers folder: <c>unet</c>, <c>vae</c> or <c>text_encoder</c>.</param>
/// <param name="Config">The content of its <c>config.json</c>.</param>
/// <param name="Weights">Its weights under the keys of diffusers and transformers; it belongs to the <see cref="StableDiffusionFiles"/>.</param>
public sealed record ModelPart(string Name, JsonObject Config, IWeightSource Weights);
