using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Ecodrix.Server.Http.Intake;

/// <summary>Turns requests away before anything is done for them: all when the server stops, those that bring work when it has too much.</summary>
internal sealed class IntakeGate(RequestDelegate next, Overload overload, IHostApplicationLifetime lifetime)
{
    public async Task InvokeAsync(HttpContext context)
    {
        var metadata = context.GetEndpoint()?.Metadata;
        if (lifetime.ApplicationStopping.IsCancellationRequested && metadata?.GetMetadata<AnswersToTheEnd>() is null)
        {
            context.Response.Headers.Connection = "close";
            await new Failure(OverloadErrors.Stopping).ExecuteAsync(context);
            return;
        }

        var refusal = metadata?.GetMetadata<TakesInWork>() is null ? null : await overload.RefusalAsync();
        await (refusal is null ? next(context) : refusal.ExecuteAsync(context));
    }
}

/// <summary>Holds requests that bring work to their number, before their bodies are read.</summary>
internal sealed class IntakeQueue(RequestDelegate next, IntakePlaces places)
{
    /// <summary>Whoever brings work without being a tenant: providers, by their webhooks.</summary>
    private const string Stranger = "";

    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(1);

    public async Task InvokeAsync(HttpContext context)
    {
        var metadata = context.GetEndpoint()?.Metadata;
        if (metadata?.GetMetadata<TakesInWork>() is null)
        {
            await next(context);
            return;
        }

        var tenant = context.Features.Get<Caller>()?.Tenant.Value ?? Stranger;
        var limit = metadata.GetMetadata<BodyLimit>()?.Bytes ?? RoutePolicies.DefaultBodyBytes;
        var bytes = Math.Min(context.Request.ContentLength ?? limit, limit);
        if (!await places.TryEnterAsync(tenant, bytes, context.RequestAborted))
        {
            await new Failure(OverloadErrors.TooManyAtOnce) { RetryAfter = Soon }.ExecuteAsync(context);
            return;
        }

        try
        {
            await next(context);
        }
        finally
        {
            places.Leave(tenant, bytes);
        }
    }
}

/// <summary>On routes whose requests make work for the engine: refused when it has too much.</summary>
internal sealed class TakesInWork
{
    public static readonly TakesInWork Instance = new();
}

/// <summary>On routes that answer while the server stops.</summary>
internal sealed class AnswersToTheEnd
{
    public static readonly AnswersToTheEnd Instance = new();
}

internal static class IntakeRoutes
{
    /// <summary>Requests to this route make work for the engine, so they are refused with 503 when it has too much, and held to a number at once.</summary>
    public static TBuilder TakesInWork<TBuilder>(this TBuilder route)
        where TBuilder : IEndpointConventionBuilder => route.WithMetadata(Intake.TakesInWork.Instance);

    /// <summary>The route answers while the server stops.</summary>
    public static TBuilder AnswersToTheEnd<TBuilder>(this TBuilder route)
        where TBuilder : IEndpointConventionBuilder => route.WithMetadata(Intake.AnswersToTheEnd.Instance);

    public static IServiceCollection AddIntake(this IServiceCollection services)
    {
        services.TryAddSingleton<OverloadLimits>();
        services.TryAddSingleton<IDiskSpace, DataDisks>();
        services.AddSingleton<Overload>();
        services.AddSingleton<IntakePlaces>();
        return services;
    }
}
