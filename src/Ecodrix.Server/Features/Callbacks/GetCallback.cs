using Ecodrix.Server.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Ecodrix.Server.Features.Callbacks;

/// <summary>Reads a callback with every attempt to deliver it.</summary>
internal static class GetCallback
{
    public static async Task<Results<Ok<CallbackDetailView>, Failure>> HandleAsync(
        Id callbackId, Caller caller, CallbackDoor callbacks, CancellationToken cancellationToken) =>
        await callbacks.FindAsync(caller.Tenant, callbackId, cancellationToken) is { } work
            ? TypedResults.Ok(callbacks.DetailOf(work))
            : new Failure(CallbackErrors.NotFound);
}
