using Ecodrix.Server.Features.Tenants;
using Microsoft.Extensions.Primitives;

namespace Ecodrix.Server.Http;

/// <summary>
/// Tells browsers which pages of other origins may call and read: those of origins that a client lists (60-admin-config.md). A preflight
/// carries no key, so any client's origin passes it; the answer goes to the caller's own origins only, which <see cref="TenantGate"/> sees to.
/// </summary>
/// <remarks>What is no page sends no <c>Origin</c> and is not touched. Operators' routes answer no page at all.</remarks>
internal sealed class CrossOrigin(RequestDelegate next, OriginDoor origins)
{
    private const string Methods = "GET, POST, PUT, PATCH, DELETE";

    private const string Exposed = "x-request-id, idempotency-replayed, ratelimit-limit, ratelimit-remaining, ratelimit-reset, retry-after, location";

    /// <summary>As long as browsers keep it at most.</summary>
    private const string Seconds = "7200";

    public async Task InvokeAsync(HttpContext context)
    {
        var origin = context.Request.Headers.Origin.ToString();
        if (origin.Length == 0 || context.GetEndpoint()?.Metadata.GetMetadata<AnswersPages>() is null || IsSameHost(origin, context.Request))
        {
            await next(context);
            return;
        }

        var page = new PageOrigin(origin) { IsAnswered = await origins.IsKnownAsync(origin, context.RequestAborted) };
        context.Features.Set(page);
        context.Response.OnStarting(static state => Tell((HttpContext)state), context);
        if (!HttpMethods.IsOptions(context.Request.Method))
        {
            await next(context);
        }
        else if (page.IsAnswered)
        {
            Admit(context);
        }
        else
        {
            await new Failure(Errors.ForbiddenOrigin).ExecuteAsync(context);
        }
    }

    /// <summary>Our own pages, by whatever name this server is reached. A name that was turned to it from outside opens nothing: a call is let in by its key, which no browser adds by itself.</summary>
    private static bool IsSameHost(string origin, HttpRequest request) =>
        Uri.TryCreate(origin, UriKind.Absolute, out var page) && string.Equals(page.Authority, request.Host.Value, StringComparison.OrdinalIgnoreCase);

    private static void Admit(HttpContext context)
    {
        var headers = context.Response.Headers;
        headers.AccessControlAllowMethods = Methods;
        headers.AccessControlMaxAge = Seconds;
        if (context.Request.Headers.AccessControlRequestHeaders is { Count: > 0 } asked)
        {
            // A header that means nothing here does no harm; the operator's does nothing on these routes.
            headers.AccessControlAllowHeaders = asked;
        }

        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    private static Task Tell(HttpContext context)
    {
        var headers = context.Response.Headers;
        headers.Vary = StringValues.Concat(headers.Vary, "Origin");
        if (context.Features.Get<PageOrigin>() is { IsAnswered: true, Origin: var origin })
        {
            // The origin itself and never a star, so that pages that send credentials along are answered too; none of ours lies in a cookie.
            headers.AccessControlAllowOrigin = origin;
            headers.AccessControlAllowCredentials = "true";
            headers.AccessControlExposeHeaders = Exposed;
        }

        return Task.CompletedTask;
    }
}

/// <summary>On routes that pages of other origins may call, once a client lists them.</summary>
internal sealed record AnswersPages;

/// <summary>The page of another origin that a request comes from; among the request's features. Without one it comes from no page, or from our own.</summary>
internal sealed class PageOrigin(string origin)
{
    public string Origin => origin;

    /// <summary>Whether the page may read the answer: before it is known whose call it is, when any client lists the origin; then, when the caller does.</summary>
    public bool IsAnswered { get; set; }
}
