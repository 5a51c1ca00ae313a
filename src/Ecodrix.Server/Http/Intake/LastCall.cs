using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Ecodrix.Server.Http.Intake;

/// <summary>Keeps the door open for a moment after the server was told to stop, so that whoever still comes is told so and goes elsewhere.</summary>
/// <remarks>The host stops nothing before this is over. A balancer that asks for readiness has learnt of it by then.</remarks>
internal sealed class LastCall(LastCallLength length, TimeProvider clock) : IHostedLifecycleService
{
    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) =>
        length.Open > TimeSpan.Zero ? Task.Delay(length.Open, clock, cancellationToken) : Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}

/// <param name="Open">How long requests are still answered, with 503.</param>
internal sealed record LastCallLength(TimeSpan Open);

/// <summary>How long each part of an end may take: together less than the 25 seconds after which a platform kills.</summary>
/// <remarks>
/// One second of last calls; then the listener, the workers and all else stop at once. A worker has
/// <see cref="Engine.EngineOptions.StopGrace"/> to come to its next step, and three seconds more to hand back what does not.
/// The databases are closed last, when the services are disposed; what is left for that is the rest of the 25 seconds.
/// </remarks>
internal static class Shutdown
{
    private static readonly TimeSpan LastCalls = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan Stopped = TimeSpan.FromSeconds(22);

    public static IServiceCollection AddShutdown(this IServiceCollection services)
    {
        services.TryAddSingleton(new LastCallLength(LastCalls));
        services.AddHostedService<LastCall>();
        services.Configure<HostOptions>(host =>
        {
            host.ShutdownTimeout = Stopped;

            // One after the other, a slow request would leave the workers no time.
            host.ServicesStopConcurrently = true;
        });
        return services;
    }
}
