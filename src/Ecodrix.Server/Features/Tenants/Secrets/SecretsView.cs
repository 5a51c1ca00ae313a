namespace Ecodrix.Server.Features.Tenants.Secrets;

/// <summary>What may be told of one secret.</summary>
/// <param name="IsSet">Whether there is one.</param>
/// <param name="Value">In full for a plain setting; null for a secret, always.</param>
/// <param name="Last4">The last characters of a secret that is long enough for them to give nothing away.</param>
/// <param name="Readable">False when what is stored was changed or its encryption key is missing: set it again.</param>
internal sealed record SecretView(bool IsSet, string? Value, string? Last4, bool Readable)
{
    /// <summary>15-semantics, "Settings and secrets".</summary>
    private const int LongEnough = 16;

    private const int Shown = 4;

    /// <returns>Every secret by its name, set or not.</returns>
    public static IReadOnlyDictionary<string, SecretView> AllOf(OpenedSecrets? secrets) =>
        SecretName.All.ToDictionary(name => name, name => Of(name, secrets), StringComparer.Ordinal);

    private static SecretView Of(string name, OpenedSecrets? secrets)
    {
        if (secrets?.Has(name) is not true)
        {
            return new SecretView(IsSet: false, null, null, Readable: true);
        }

        try
        {
            var text = secrets.Find(name)!;
            return SecretName.IsPlain(name)
                ? new SecretView(IsSet: true, text, null, Readable: true)
                : new SecretView(IsSet: true, null, text.Length >= LongEnough ? text[^Shown..] : null, Readable: true);
        }
        catch (SealBrokenException)
        {
            return new SecretView(IsSet: true, null, null, Readable: false);
        }
    }
}
