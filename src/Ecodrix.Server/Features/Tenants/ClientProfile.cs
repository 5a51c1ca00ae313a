using Ecodrix.Server.Http;
using Ecodrix.Storage;

namespace Ecodrix.Server.Features.Tenants;

/// <summary>What every request and job of a client may know of it. The same for the live tenant and its test twin.</summary>
internal sealed record ClientProfile(string Code, string Name, TimeZoneInfo Zone, string Region, string Currency, ClientLimits Limits)
{
    /// <summary>Who has not agreed to be written to is not.</summary>
    public bool RequireConsent { get; init; }
}

/// <summary>What a key and a client code, shown together, amount to.</summary>
internal abstract record KeyCheck
{
    private KeyCheck()
    {
    }

    /// <param name="Tenant">The live tenant, or its twin for a test key.</param>
    /// <param name="KeyId">The key's id, 24 hex digits; safe to log.</param>
    /// <param name="Scopes">What the key may do.</param>
    /// <param name="From">From where the key is taken; whoever knows the caller's address must ask it.</param>
    public sealed record Accepted(TenantId Tenant, ClientProfile Client, string KeyId, KeyScopes Scopes, AllowedAddresses From) : KeyCheck;

    /// <summary>Missing, unknown, expired, revoked, or another client's: never told apart, so that nobody can probe for codes.</summary>
    public sealed record Refused : KeyCheck
    {
        public static readonly Refused Instance = new();
    }

    /// <summary>The key is right and its client is suspended.</summary>
    public sealed record Suspended : KeyCheck
    {
        public static readonly Suspended Instance = new();
    }
}
