using Ecodrix.Server.Features.Restores;
using Ecodrix.Server.Http;
using Ecodrix.Server.Http.Intake;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Ecodrix.Server.Features.Operations.Health;

/// <summary>Tells whether the service and its database answer.</summary>
internal static class ShowHealth
{
    public static async Task<Results<Ok<HealthView>, Failure>> HandleAsync(DatabasePulse pulse, HoldDoor holds, Uptime uptime, CancellationToken cancellationToken) =>
        await pulse.AnswersAsync(cancellationToken)
            ? TypedResults.Ok(new HealthView("ok", uptime.Seconds, "connected", Uptime.Version, (await holds.InForceAsync(cancellationToken))?.Since))
            : new Failure(Errors.DatabaseUnavailable) { Besides = new HealthView("degraded", uptime.Seconds, "disconnected", Uptime.Version) };
}

/// <summary>What a platform asks to decide whether to restart a process, and whether to send it requests.</summary>
internal static class Probes
{
    public sealed record State(string Status);

    public static Ok<State> Live() => TypedResults.Ok(new State("ok"));

    public static async Task<Results<Ok<State>, Failure>> ReadyAsync(
        DatabasePulse pulse, IHostApplicationLifetime lifetime, CancellationToken cancellationToken)
    {
        if (lifetime.ApplicationStopping.IsCancellationRequested)
        {
            return new Failure(OverloadErrors.Stopping);
        }

        return await pulse.AnswersAsync(cancellationToken)
            ? TypedResults.Ok(new State("ready"))
            : new Failure(Errors.DatabaseUnavailable);
    }
}
