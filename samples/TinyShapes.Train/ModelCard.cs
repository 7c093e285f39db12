namespace MaskUNet.Shapes.Train;

/// <summary>The <c>README.md</c> of the model folder, with the figures that were just measured.</summary>
internal static class ModelCard
{
    public static string Write(IEnumerable<string> figures) => $"""
        # TinyShapes

        A text-to-image model of the architecture of Stable Diffusion 1.x, with small numbers in its configurations: it draws one to four coloured,
        textured shapes of 64 x 64 px from captions such as "a red striped circle above two blue squares". It is there to try and to test weight masks
        and reward guidance with, within seconds and without a download. A diffusers folder in half precision; any reader of that format loads it.

        | Part | What |
        |---|---|
        | vae | AutoencoderKL, factor 8, {Recipe.Autoencoder.LatentChannels} latent channels, blocks of {string.Join(", ", Recipe.Autoencoder.BlockOutChannels)} channels |
        | text_encoder | CLIP text model of width {Recipe.TextWidth}, {Recipe.PromptTokens} tokens, a vocabulary of its own in CLIP's format |
        | unet | UNet2DConditionModel, blocks of {string.Join(", ", Recipe.UNet.BlockOutChannels)} channels, on 8 x 8 latents, predicts the velocity |
        | scheduler | DDIM, Stable Diffusion's betas, trailing timesteps |
        | clip | the image tower and the projections of the small CLIP that the text encoder belongs to |

        ## Training

        Data: scenes and captions of this repository's generator (docs/tinyshapes.md), seed {Recipe.Seed}, and {Recipe.UNetRefinement.Seed} for the U-Net's second training; nothing else. One combination
        of shape, colour and texture in eight is never shown. On two CPU cores, by MaskUNet for .NET:

        ```sh
        dotnet run -c Release --project samples/TinyShapes.Train      # seed {Recipe.Seed}; goes on where it was stopped
        ```

        | Part | Steps | Batch | Loss |
        |---|---|---|---|
        | autoencoder | {Recipe.AutoencoderTraining.Steps} | {Recipe.AutoencoderTraining.BatchSize} | absolute and squared error, half of the edges' error, a light pull to a normal distribution |
        | CLIP | {Recipe.ClipTraining.Steps} | {Recipe.ClipTraining.BatchSize} | contrastive, with a false caption a picture beside those of the batch |
        | U-Net | {Recipe.UNetTraining.Steps} | {Recipe.UNetTraining.BatchSize} | velocity, debiased weights, a tenth of the captions left out, on {Recipe.Examples} scenes |
        | U-Net, once more | {Recipe.UNetRefinement.Steps} | {Recipe.UNetRefinement.BatchSize} | the same on {Recipe.Examples} other scenes, from the weights before |

        ## Figures

        500 prompts of the held-out split (each names a combination of shape, colour and texture that no training picture has), seeds 0 to 499, {Recipe.Request.Steps} DDIM steps,
        guidance {Recipe.Request.GuidanceScale}, judged by the oracle; written by the last stage of the command above.

        {string.Join("\n", figures)}

        Meanings: docs/tinyshapes.md, "The oracle".

        ## Limits

        It knows 51 words. With two objects it confuses shapes, leaks colours and textures from one to the other, and miscounts; those are the mistakes
        that masks are to mend. It knows nothing of the world.

        ## Licence

        MIT, as the repository.

        """;
}
