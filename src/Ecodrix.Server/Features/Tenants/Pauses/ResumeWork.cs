using Ecodrix.Server.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Ecodrix.Server.Features.Tenants.Pauses;

/// <summary>Ends a pause, named by just what was paused. What it held goes on by itself within two seconds.</summary>
internal static class ResumeWork
{
    public static async Task<Results<Ok<IReadOnlyList<PauseView>>, Failure>> HandleAsync(
        PauseScope request, [AsParameters] PauseWork.Parts parts, CancellationToken cancellationToken)
    {
        var (scope, refusal) = await request.CheckAsync(parts.Clients, cancellationToken);
        if (refusal is not null)
        {
            return refusal;
        }

        if (!await parts.Pauses.ResumeAsync(scope.Id, cancellationToken))
        {
            return new Failure(TenantErrors.NotPaused);
        }

        await parts.Audit.WriteAsync(parts.Actor, "work.resumed", scope.Client, scope.Facts, cancellationToken);
        return await ListPauses.HandleAsync(parts.Pauses, cancellationToken);
    }
}

/// <summary>What is paused now.</summary>
internal static class ListPauses
{
    public static async Task<Ok<IReadOnlyList<PauseView>>> HandleAsync(PauseDoor pauses, CancellationToken cancellationToken) =>
        TypedResults.Ok<IReadOnlyList<PauseView>>([.. (await pauses.AllAsync(cancellationToken)).Select(PauseView.Of)]);
}
