using Microsoft.Extensions.Options;

namespace MaskUNet.DependencyInjection;

/// <summary>Asks the builder, with the options applied to it, for all that is wrong.</summary>
internal sealed class MaskUNetOptionsValidation(MaskUNetBuilder builder) : IValidateOptions<MaskUNetOptions>
{
    public ValidateOptionsResult Validate(string? name, MaskUNetOptions options)
    {
        if (name != Options.DefaultName)
        {
            return ValidateOptionsResult.Skip;
        }

        var whole = builder.Copy();
        options.ApplyTo(whole);
        return whole.Problems() is { Count: > 0 } problems ? ValidateOptionsResult.Fail(problems) : ValidateOptionsResult.Success;
    }
}
