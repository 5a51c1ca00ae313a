using System.Text.Json.Serialization;

namespace Ecodrix.Storage;

/// <summary>Who holds a name that only one may hold: a phone's lead, a sequence's run. The id is the name.</summary>
public sealed record Claim(string Id, long Version, string Owner, DateTimeOffset TakenAt) : IDocument<Claim>
{
    public static Collection<Claim> Collection { get; } = new("claims", ClaimJson.Default.Claim) { IsFoundOften = true };
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, Converters = [typeof(InstantConverter)])]
[JsonSerializable(typeof(Claim))]
internal sealed partial class ClaimJson : JsonSerializerContext;

/// <summary>Uniqueness without transactions: the claim is taken first, then its owner is made under an id decided before.</summary>
/// <remarks>A crash in between leaves a claim without an owner, which is taken over after <see cref="Grace"/>.</remarks>
public sealed class Claims(IDatabase database, TimeProvider clock)
{
    /// <summary>How long an owner has to come into being.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromSeconds(60);

    private readonly IDocuments<Claim> claims = database.Documents<Claim>();

    /// <param name="key">The name.</param>
    /// <param name="owner">Who would hold it.</param>
    /// <param name="holdsAsync">Whether a present owner exists and still holds the name.</param>
    /// <returns>Who holds the name now: <paramref name="owner"/>, or someone else.</returns>
    public async Task<string> TakeAsync(string key, string owner, Func<string, Task<bool>> holdsAsync, CancellationToken cancellationToken)
    {
        while (true)
        {
            var now = clock.GetUtcNow();
            if (await claims.TryAddAsync(new Claim(key, 1, owner, now), cancellationToken))
            {
                return owner;
            }

            if (await claims.FindAsync(key, cancellationToken) is not { } held)
            {
                continue;
            }

            if (string.Equals(held.Owner, owner, StringComparison.Ordinal) || now - held.TakenAt < Grace || await holdsAsync(held.Owner))
            {
                return held.Owner;
            }

            if (await claims.TryReplaceAsync(held with { Version = held.Version + 1, Owner = owner, TakenAt = now }, cancellationToken))
            {
                return owner;
            }
        }
    }

    /// <returns>Null when nobody holds the name.</returns>
    public async Task<string?> HolderAsync(string key, CancellationToken cancellationToken) =>
        (await claims.FindAsync(key, cancellationToken))?.Owner;

    /// <summary>Gives the name up, if this owner holds it.</summary>
    public async Task ReleaseAsync(string key, string owner, CancellationToken cancellationToken)
    {
        if (string.Equals(await HolderAsync(key, cancellationToken), owner, StringComparison.Ordinal))
        {
            await claims.DeleteAsync(key, cancellationToken);
        }
    }
}
