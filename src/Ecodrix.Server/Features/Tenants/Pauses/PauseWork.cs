using Ecodrix.Server.Features.Tenants.Audit;
using Ecodrix.Server.Features.Tenants.Clients;
using Ecodrix.Server.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Ecodrix.Server.Features.Tenants.Pauses;

/// <summary>The kill switch: holds due work in every process within two seconds. What comes is accepted and waits.</summary>
internal static class PauseWork
{
    /// <summary>What the route is made of.</summary>
    internal readonly record struct Parts(Actor Actor, PauseDoor Pauses, ClientRegistry Clients, AuditLog Audit, TimeProvider Clock);

    public static async Task<Results<Ok<PauseView>, Failure>> HandleAsync(
        PauseScope request, [AsParameters] Parts parts, CancellationToken cancellationToken)
    {
        var (scope, refusal) = await request.CheckAsync(parts.Clients, cancellationToken);
        if (refusal is not null)
        {
            return refusal;
        }

        var pause = new Pause
        {
            Id = scope.Id,
            Client = scope.Client,
            Channel = scope.Channel,
            RuleId = scope.RuleId,
            PausedAt = parts.Clock.GetUtcNow(),
            By = parts.Actor.Name,
        };
        if (!await parts.Pauses.PauseAsync(pause, cancellationToken))
        {
            return new Failure(TenantErrors.TooManyPauses);
        }

        await parts.Audit.WriteAsync(parts.Actor, "work.paused", scope.Client, scope.Facts, cancellationToken);
        return TypedResults.Ok(PauseView.Of(await parts.Pauses.ReadAsync(pause.Id, cancellationToken) ?? pause));
    }
}
