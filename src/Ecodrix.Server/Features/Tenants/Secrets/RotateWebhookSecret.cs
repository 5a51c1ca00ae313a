using Ecodrix.Server.Features.Tenants.Audit;
using Ecodrix.Server.Features.Tenants.Clients;
using Ecodrix.Server.Features.Tenants.Keys;
using Ecodrix.Server.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Ecodrix.Server.Features.Tenants.Secrets;

/// <summary>Gives a client a new webhook secret, or ends the overlap with the old one. For the operator and for the client itself.</summary>
internal static class RotateWebhookSecret
{
    /// <param name="GraceHours">0 to 720; 24 when left out.</param>
    public sealed record Request(int? GraceHours);

    /// <param name="Completed">The overlap is over: only the current secret signs.</param>
    public sealed record Completion(bool Completed);

    public static async Task<Results<Ok<Rotated>, Failure>> ForOperatorAsync(
        string code, Request request, Actor actor, ClientRegistry clients, WebhookRotation rotation, CancellationToken cancellationToken) =>
        await clients.FindAsync(code, cancellationToken) is { } client
            ? await RotateAsync(client.Id, request, actor, rotation, cancellationToken)
            : new Failure(TenantErrors.NoSuchClient);

    public static Task<Results<Ok<Rotated>, Failure>> ForClientAsync(
        Request request, Caller caller, Actor actor, WebhookRotation rotation, CancellationToken cancellationToken) =>
        RotateAsync(caller.Tenant.Code, request, actor, rotation, cancellationToken);

    public static async Task<Results<Ok<Completion>, Failure>> CompleteForOperatorAsync(
        string code, Actor actor, ClientRegistry clients, WebhookRotation rotation, CancellationToken cancellationToken)
    {
        if (await clients.FindAsync(code, cancellationToken) is not { } client)
        {
            return new Failure(TenantErrors.NoSuchClient);
        }

        await rotation.CompleteAsync(client.Id, actor, cancellationToken);
        return TypedResults.Ok(new Completion(Completed: true));
    }

    public static async Task<Ok<Completion>> CompleteForClientAsync(
        Caller caller, Actor actor, WebhookRotation rotation, CancellationToken cancellationToken)
    {
        await rotation.CompleteAsync(caller.Tenant.Code, actor, cancellationToken);
        return TypedResults.Ok(new Completion(Completed: true));
    }

    private static async Task<Results<Ok<Rotated>, Failure>> RotateAsync(
        string client, Request request, Actor actor, WebhookRotation rotation, CancellationToken cancellationToken)
    {
        var errors = new ValidationErrors();
        GracePeriod.Check(request.GraceHours, errors);
        if (errors.Any)
        {
            return new Failure(errors);
        }

        return await rotation.RotateAsync(client, GracePeriod.Of(request.GraceHours), actor, cancellationToken) is { } rotated
            ? TypedResults.Ok(rotated)
            : new Failure(TenantErrors.RotationRunning);
    }
}
