using Ecodrix.Engine.Runs;
using Ecodrix.Server.Features.Jobs;
using Ecodrix.Server.Http;
using Ecodrix.Storage.Conditions;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Ecodrix.Server.Features.Callbacks;

/// <summary>Lists a tenant's callbacks, the newest first.</summary>
internal static class ListCallbacks
{
    /// <summary>What the route is made of.</summary>
    internal readonly record struct Parts(JobDoor Jobs, CallbackDoor Callbacks);

    public static async Task<Results<Ok<Page<CallbackView>>, Failure>> HandleAsync(
        string? status, HistoryRange range, PageRequest page, Caller caller, [AsParameters] Parts parts, CancellationToken cancellationToken)
    {
        if (!WireEnum.TryRead<CallbackStatus>(status, "status", out var wanted, out var refusal))
        {
            return refusal;
        }

        var which = wanted is null ? Condition.Exists("callback.id") : Condition.Eq("callback.status", wanted);
        var found = await parts.Jobs.PageAsync(caller.Tenant, [.. range.Conditions(), which], page, cancellationToken);
        return TypedResults.Ok(found.Of(page, parts.Callbacks.ViewOf));
    }
}
