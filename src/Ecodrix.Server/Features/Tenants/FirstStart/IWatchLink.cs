namespace Ecodrix.Server.Features.Tenants.FirstStart;

/// <summary>The page on which a client is watched at work. Implemented by the feature it belongs to.</summary>
internal interface IWatchLink
{
    /// <summary>Makes a link that opens the tenant of this key for a day, without the key in it.</summary>
    /// <returns>Path and fragment; null when the key opens nothing.</returns>
    Task<string?> MakeAsync(string clientCode, string apiKey, CancellationToken cancellationToken);
}
