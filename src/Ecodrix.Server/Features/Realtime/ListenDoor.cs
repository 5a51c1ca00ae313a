using Ecodrix.Server.Features.Realtime.Listening;
using Ecodrix.Server.Features.Realtime.Watching;
using Ecodrix.Storage;

namespace Ecodrix.Server.Features.Realtime;

/// <summary>Where callbacks are told to developers who listen in from their own machines. Telling delays nothing and changes nothing about the delivery.</summary>
internal sealed class ListenDoor(Watchers watchers, ListenRelay relay)
{
    /// <summary>Whether anybody could be listening. Asked before anything is prepared; answered from memory.</summary>
    public bool MayBeHeard(TenantId tenant) => watchers.IsWatched(tenant.Value);

    /// <summary>Returns at once. Who is not there when it is told gets it within two minutes of coming back, or not at all.</summary>
    public void Tell(TenantId tenant, OverheardCallback callback) => relay.Tell(tenant, callback);
}

/// <summary>A callback as its receiver was sent it: the same bytes, under signatures that are as fresh.</summary>
/// <param name="Attempt">From 1.</param>
/// <param name="Url">The tenant's own receiver.</param>
/// <param name="Headers">In lower case; all that a receiver needs to verify the body.</param>
/// <param name="Body">Exactly what is sent, as text in UTF-8.</param>
/// <param name="Receiver">What the tenant's own receiver made of this attempt.</param>
internal sealed record OverheardCallback(
    string CallbackLogId, string EventLogId, string Mode, int Attempt, string Url, IReadOnlyDictionary<string, string> Headers, string Body, ReceiverAnswer Receiver);

/// <param name="StatusCode">Null when no answer came.</param>
internal sealed record ReceiverAnswer(int? StatusCode, long DurationMs, string? Error);
