using Ecodrix.Engine.Jobs;
using Ecodrix.Server.Features.Callbacks.Receivers;
using Ecodrix.Storage;

namespace Ecodrix.Server.Features.Callbacks;

/// <summary>Whether a receiver takes callbacks at all.</summary>
internal sealed class ReceiverDoor(ReceiverBook book)
{
    /// <returns>What a callback to this address would have to wait for; null when an attempt may be made.</returns>
    public async ValueTask<HeldBack?> FindHoldAsync(TenantId tenant, string url, CancellationToken cancellationToken) =>
        HostOf(url) is { } host && await book.FindWaitAsync(tenant, host, cancellationToken) is { } wait ? new HeldBack(wait.Why, wait.Until) : null;

    /// <returns>The host with its port where that is not the scheme's own; null when the address is none.</returns>
    public static string? HostOf(string url) => Uri.TryCreate(url, UriKind.Absolute, out var parsed) ? parsed.Authority : null;
}
