namespace Ecodrix.Channels;

/// <summary>A provider's own words, before they are kept: servers like to repeat whom a message was for.</summary>
internal static class ProviderWords
{
    /// <summary>The result with every mention of <paramref name="personal"/> taken out of its sentence.</summary>
    public static DeliveryResult Without(this DeliveryResult result, params ReadOnlySpan<string?> personal)
    {
        foreach (var value in personal)
        {
            if (value is { Length: > 3 })
            {
                result = Replace(result, value);
            }
        }

        return result;
    }

    private static DeliveryResult Replace(DeliveryResult result, string value) => result switch
    {
        DeliveryResult.Refused refused => refused with { Why = Mask(refused.Why, value) },
        DeliveryResult.TryLater later => later with { Why = Mask(later.Why, value) },
        DeliveryResult.Unknown unknown => unknown with { Why = Mask(unknown.Why, value) },
        _ => result,
    };

    private static string Mask(string words, string value) => words.Replace(value, "…", StringComparison.OrdinalIgnoreCase);
}
