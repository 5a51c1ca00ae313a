using System.Text;
using Ecodrix.Engine.Jobs;
using Ecodrix.Storage;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;

namespace Ecodrix.Server.Http.Idempotency;

/// <summary>Does what a keyed request asks for once, and answers its repeats with the first answer.</summary>
/// <remarks>
/// A crash leaves a reservation that the next request with the key takes over after a minute, under the same
/// <see cref="IdempotentId"/>. A refusal frees the key.
/// </remarks>
internal sealed class IdempotentRequests(RequestDelegate next, IdempotencyStore store, TimeProvider clock, ITenantClock clocks)
{
    public async Task InvokeAsync(HttpContext context)
    {
        if (context.GetEndpoint()?.Metadata.GetMetadata<Idempotent>() is null
            || await IdempotencyKey.BindAsync(context) is not { Value: { } key } shown
            || context.Features.Get<Caller>() is not { } caller)
        {
            await next(context);
            return;
        }

        var now = clock.GetUtcNow();
        var id = IdempotencyRecord.IdOf(caller.Tenant, context.Request.Method, context.Request.Path, key);
        var wanted = new IdempotencyRecord(id, 1, caller.Tenant.Value, shown.Fingerprint(), DocumentId.New(clocks.Now(caller.Tenant)), now);

        switch (await store.ClaimAsync(wanted, context.RequestAborted))
        {
            case Claim.Mine mine:
                await RunAsync(context, mine.Reservation);
                break;
            case Claim.Answered answered:
                await ReplayAsync(context, answered.Answer);
                break;
            case Claim.Running:
                await new Failure(Errors.IdempotencyInProgress).ExecuteAsync(context);
                break;
            default:
                await new Failure(Errors.IdempotencyConflict).ExecuteAsync(context);
                break;
        }
    }

    private async Task RunAsync(HttpContext context, IdempotencyRecord reservation)
    {
        context.Features.Set(new IdempotentId(reservation.ReservedId) { IsTakenOver = reservation.Version > 1 });
        var response = context.Response;
        var wire = context.Features.GetRequiredFeature<IHttpResponseBodyFeature>();
        using var answer = new MemoryStream();
        var kept = new StreamResponseBodyFeature(answer);
        context.Features.Set<IHttpResponseBodyFeature>(kept);

        var settled = false;
        try
        {
            await next(context);
            await kept.CompleteAsync();
            settled = response.StatusCode is >= StatusCodes.Status200OK and < StatusCodes.Status300MultipleChoices;
        }
        finally
        {
            context.Features.Set(wire);

            // Not the request's token: what was done is to be remembered even when its client has gone.
            await (settled
                ? store.KeepAsync(reservation, AnswerOf(response, answer), clock.GetUtcNow(), CancellationToken.None)
                : store.FreeAsync(reservation, CancellationToken.None));
        }

        await wire.Stream.WriteAsync(answer.GetBuffer().AsMemory(0, (int)answer.Length), context.RequestAborted);
    }

    private static RememberedAnswer AnswerOf(HttpResponse response, MemoryStream answer) => new(
        response.StatusCode,
        StringValues.IsNullOrEmpty(response.Headers.Location) ? null : response.Headers.Location.ToString(),
        Encoding.UTF8.GetString(answer.GetBuffer(), 0, (int)answer.Length));

    private static async Task ReplayAsync(HttpContext context, RememberedAnswer answer)
    {
        var response = context.Response;
        response.StatusCode = answer.Status;
        response.ContentType = Envelope.ContentType;
        response.Headers[IdempotencyKey.ReplayedHeader] = "true";
        if (answer.Location is not null)
        {
            response.Headers.Location = answer.Location;
        }

        await response.WriteAsync(answer.Body, context.RequestAborted);
    }
}

/// <summary>On routes that take an <c>Idempotency-Key</c> and leave the remembering to <see cref="IdempotentRequests"/>.</summary>
internal sealed class Idempotent
{
    public static readonly Idempotent Instance = new();
}

/// <summary>On routes that take the key and remember the answer in a document of their own.</summary>
internal sealed class KeepsOwnAnswers
{
    public static readonly KeepsOwnAnswers Instance = new();
}

internal static class IdempotencyRoutes
{
    /// <summary>A repeat under the same <c>Idempotency-Key</c> gets the first answer. A handler that makes something takes an <see cref="IdempotentId"/>.</summary>
    public static TBuilder WithIdempotency<TBuilder>(this TBuilder route)
        where TBuilder : IEndpointConventionBuilder => route.WithMetadata(Idempotent.Instance);

    /// <summary>The route takes the key and keeps the answer itself; its handler takes an <see cref="IdempotencyKey"/>.</summary>
    public static TBuilder WithOwnIdempotency<TBuilder>(this TBuilder route)
        where TBuilder : IEndpointConventionBuilder => route.WithMetadata(KeepsOwnAnswers.Instance);
}
