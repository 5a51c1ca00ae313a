using Ecodrix.Server.Configuration;
using Ecodrix.Server.Http.Bodies;
using Ecodrix.Server.Http.Idempotency;
using Ecodrix.Server.Http.Intake;
using Ecodrix.Server.Http.Limits;
using Ecodrix.Server.Instances;
using Ecodrix.Server.Observability;

namespace Ecodrix.Server.Http;

/// <summary>What every request passes through, from the outside in.</summary>
internal static class HttpPipeline
{
    public static IServiceCollection AddHttpConventions(this IServiceCollection services)
    {
        services.AddWireJson();
        services.Configure<RouteHandlerOptions>(routes => routes.ThrowOnBadRequest = true);
        services.AddSingleton<AdminKeys>();
        services.AddSingleton<Envelope>();
        services.AddSingleton<IdempotencyStore>();
        services.AddSingleton<ForgetfulSweep>();
        services.AddRound<ForgetfulSweep>("idempotency keys", ForgetfulSweep.Every, (sweep, token) => sweep.SweepAsync(token));
        services.AddIntake().AddShutdown();
        services.AddSingleton(provider =>
        {
            var instances = provider.GetRequiredService<InstanceList>();
            var shared = provider.GetRequiredService<Settings>().Redis is null ? null : provider.GetRequiredService<ISharedBuckets>();
            return new TenantLimits(() => instances.Sharers, provider.GetRequiredService<TimeProvider>(), shared);
        });
        services.AddSingleton<TenantGate>();
        services.AddSingleton<AdminGate>();
        return services;
    }

    public static void UseHttpConventions(this WebApplication app)
    {
        app.UseMiddleware<RequestWatch>();
        app.UseMiddleware<Edge>();
        app.UseRouting();
        app.UseMiddleware<CrossOrigin>();
        app.UseMiddleware<IntakeGate>();
        app.UseMiddleware<Gate>();
        app.UseMiddleware<RequestScope>();
        app.UseMiddleware<IntakeQueue>();
        app.UseMiddleware<BodyReader>();
        app.UseMiddleware<IdempotentRequests>();
    }
}
