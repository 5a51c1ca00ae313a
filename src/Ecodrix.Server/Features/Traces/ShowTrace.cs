using Ecodrix.Server.Features.Traces.Gathering;
using Ecodrix.Server.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Ecodrix.Server.Features.Traces;

/// <summary>Tells a key's holder what happened, whole.</summary>
internal static class ShowTrace
{
    /// <param name="masked">Hides personal data, as the link does: for what is to be shown to others.</param>
    public static async Task<Results<Ok<TraceView>, Failure>> HandleAsync(
        Id id, bool? masked, Caller caller, TraceBook book, CancellationToken cancellationToken) =>
        await book.ReadAsync(caller.Database, id, masked is true, cancellationToken) is { } view
            ? TypedResults.Ok(view)
            : new Failure(TraceErrors.NotFound);
}
