using Ecodrix.Server.Features.Traces.Links;
using Ecodrix.Server.Features.Traces.Pages;
using Ecodrix.Server.Http;
using Ecodrix.Storage;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Ecodrix.Server.Features.Traces;

/// <summary>Tells what happened to whoever has the link: as a page, and as JSON beside it.</summary>
internal static class ShowLinkedTrace
{
    public static async Task<HtmlPage> PageAsync(string token, LinkedTraces traces, CancellationToken cancellationToken)
    {
        try
        {
            var (trace, refusal) = await traces.ReadAsync(token, cancellationToken);
            return trace is null ? SorryPage.Of(refusal!) : TracePage.Of(trace, token);
        }
        catch (DatabaseUnavailableException)
        {
            // A person reads this: the same words, not the envelope.
            return SorryPage.Of(Errors.DatabaseUnavailable);
        }
    }

    public static async Task<Results<Ok<TraceView>, Failure>> JsonAsync(string token, LinkedTraces traces, CancellationToken cancellationToken)
    {
        var (trace, refusal) = await traces.ReadAsync(token, cancellationToken);
        return trace is null ? new Failure(refusal!) : TypedResults.Ok(trace.View);
    }
}
