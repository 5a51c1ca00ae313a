using Ecodrix.Storage;

namespace Ecodrix.Server.Http;

/// <summary>The outermost part of every request: its id, the headers of every answer, and the envelope for whatever fails inside.</summary>
internal sealed partial class Edge(RequestDelegate next, ILogger<Edge> logger)
{
    public async Task InvokeAsync(HttpContext context)
    {
        context.TraceIdentifier = RequestId.Of(context.Request);
        SetHeaders(context);

        Failure? failure;
        try
        {
            await next(context);
            failure = EmptyAnswers.Explain(context);
        }
        catch (Exception exception)
        {
            failure = Judge(context, exception);
        }

        if (failure is not null)
        {
            await AnswerAsync(context, failure);
        }
    }

    private async Task AnswerAsync(HttpContext context, Failure failure)
    {
        if (context.Response.HasStarted)
        {
            // Half an answer is on the wire: the client must not take it for a whole one.
            LogCutShort(context.TraceIdentifier);
            context.Abort();
            return;
        }

        var allow = context.Response.Headers.Allow;
        context.Response.Clear();
        SetHeaders(context);
        context.Response.Headers.Allow = allow;
        await failure.ExecuteAsync(context);
    }

    /// <returns>Null when nobody waits for an answer any more.</returns>
    private Failure? Judge(HttpContext context, Exception exception)
    {
        if (context.RequestAborted.IsCancellationRequested && exception is OperationCanceledException or IOException or BadHttpRequestException)
        {
            context.Response.StatusCode = StatusCodes.Status499ClientClosedRequest;
            return null;
        }

        switch (exception)
        {
            case RefusedException refused:
                return refused.Failure;
            case BadHttpRequestException malformed:
                return MalformedRequests.Explain(malformed);
            case DatabaseUnavailableException:
                LogDatabaseUnavailable(context.TraceIdentifier, exception);
                return new Failure(Errors.DatabaseUnavailable);
            default:
                LogFailed(context.TraceIdentifier, exception);
                return new Failure(Errors.Internal);
        }
    }

    private static void SetHeaders(HttpContext context)
    {
        var headers = context.Response.Headers;
        headers[RequestId.Header] = context.TraceIdentifier;
        headers.XContentTypeOptions = "nosniff";
        headers.CacheControl = "no-store";
    }

    [LoggerMessage(LogLevel.Error, "Request {RequestId} failed.")]
    private partial void LogFailed(string requestId, Exception exception);

    [LoggerMessage(LogLevel.Warning, "Request {RequestId} found its database unavailable.")]
    private partial void LogDatabaseUnavailable(string requestId, Exception exception);

    [LoggerMessage(LogLevel.Warning, "Request {RequestId} failed after its answer had begun; the connection is closed.")]
    private partial void LogCutShort(string requestId);
}
