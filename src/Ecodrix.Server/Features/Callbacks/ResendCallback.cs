using Ecodrix.Engine.Runs;
using Ecodrix.Server.Features.Callbacks.Receivers;
using Ecodrix.Server.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Ecodrix.Server.Features.Callbacks;

/// <summary>Sends a callback again, now, under the same id and with the same body.</summary>
internal static class ResendCallback
{
    public static async Task<Results<Accepted<CallbackView>, Failure>> HandleAsync(
        Id callbackId, Caller caller, CallbackDoor callbacks, ReceiverBook receivers, IWorkControl control, CancellationToken cancellationToken)
    {
        if (await callbacks.FindAsync(caller.Tenant, callbackId, cancellationToken) is not { } work)
        {
            return new Failure(CallbackErrors.NotFound);
        }

        if (work.Callback is { Attempts.Count: 0, Skipped: null })
        {
            return new Failure(CallbackErrors.NotSentYet);
        }

        if (ReceiverDoor.HostOf(work.Callback!.Url) is { } host)
        {
            await receivers.TryAgainAsync(caller.Tenant, host, cancellationToken);
        }

        return await control.ResendCallbackAsync(caller.Tenant, work.Id, cancellationToken) is { Callback: not null } after
            ? TypedResults.Accepted((string?)null, callbacks.ViewOf(after))
            : new Failure(CallbackErrors.NotFound);
    }
}
