using System.Diagnostics;
using System.Globalization;
using Ecodrix.Server.Http;
using Ecodrix.Server.Http.Idempotency;
using Microsoft.AspNetCore.Http.Features;

namespace Ecodrix.Server.Observability;

/// <summary>Around every request: counts it, and puts route, status and tenant on its span.</summary>
internal sealed class RequestWatch(RequestDelegate next, TenantFigures tenants, TimeProvider clock)
{
    private const string NoRoute = "none";

    private const string Traceless = "/health/";

    private const string Sockets = "/socket.io/";

    private static readonly string[] Methods = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"];

    public async Task InvokeAsync(HttpContext context)
    {
        var began = clock.GetTimestamp();
        try
        {
            await next(context);
        }
        finally
        {
            Tell(context, clock.GetElapsedTime(began));
        }
    }

    private void Tell(HttpContext context, TimeSpan took)
    {
        var endpoint = context.GetEndpoint() as RouteEndpoint;
        var route = endpoint is null ? NoRoute : "/" + endpoint.RoutePattern.RawText?.Trim('/');
        // What a client calls its method is not ours to repeat.
        var method = Array.Find(Methods, known => HttpMethods.Equals(known, context.Request.Method)) ?? "OTHER";
        var status = context.Response.StatusCode.ToString(CultureInfo.InvariantCulture);
        ServerTelemetry.RequestAnswered(method, route, status, took);

        var tenant = context.Features.Get<Caller>()?.Tenant.Value;
        if (tenant is not null)
        {
            tenants.Note(tenant, context.Response.StatusCode switch { < 400 => TenantFigure.RequestsDone, < 500 => TenantFigure.RequestsRefused, _ => TenantFigure.RequestsFailed });
        }

        if (endpoint?.Metadata.GetMetadata<TriggerCost>()?.Of(context.Request) is RequestCost.Trigger)
        {
            ServerTelemetry.TriggerTaken(OutcomeOf(context));
        }

        if (context.Features.Get<IHttpActivityFeature>()?.Activity is { IsAllDataRequested: true } span)
        {
            Tag(span, method, route, status, tenant);
        }
    }

    private static string OutcomeOf(HttpContext context)
    {
        if (context.Response.StatusCode < StatusCodes.Status400BadRequest)
        {
            return context.Response.Headers.ContainsKey(IdempotencyKey.ReplayedHeader) ? "replayed" : "accepted";
        }

        return context.Features.Get<Failure>()?.Error.Code.ToLowerInvariant() ?? "aborted";
    }

    private static void Tag(Activity span, string method, string route, string status, string? tenant)
    {
        span.DisplayName = $"{method} {route}";
        span.SetTag("http.request.method", method).SetTag("http.route", route).SetTag("http.response.status_code", status).SetTag("ecodrix.tenant", tenant);
        if (route.StartsWith(Traceless, StringComparison.Ordinal) || route.StartsWith(Sockets, StringComparison.Ordinal) || route is "/metrics")
        {
            // Probes come every second and tell nothing; a socket is one long request, with a secret in its query.
            span.IsAllDataRequested = false;
            span.ActivityTraceFlags &= ~ActivityTraceFlags.Recorded;
        }
    }
}

/// <summary>Every line that is logged while a tenant's request is answered says whose it is.</summary>
internal sealed class RequestScope(RequestDelegate next, ILogger<RequestScope> logger)
{
    private static readonly Func<ILogger, string, string, IDisposable?> OfTenant = LoggerMessage.DefineScope<string, string>("Tenant {Tenant}, request {RequestId}");

    private static readonly Func<ILogger, string, IDisposable?> OfNobody = LoggerMessage.DefineScope<string>("Request {RequestId}");

    public async Task InvokeAsync(HttpContext context)
    {
        var caller = context.Features.Get<Caller>();
        using var scope = caller is null ? OfNobody(logger, context.TraceIdentifier) : OfTenant(logger, caller.Tenant.Value, context.TraceIdentifier);
        await next(context);
    }
}
