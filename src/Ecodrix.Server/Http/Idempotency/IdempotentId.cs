using Ecodrix.Engine.Jobs;
using Ecodrix.Storage;

namespace Ecodrix.Server.Http.Idempotency;

/// <summary>
/// The id of the document that a POST makes, reserved with its idempotency key: a repeat after a crash makes the same
/// document and not a second one. Without a key it is a new id.
/// </summary>
internal sealed record IdempotentId(string Value)
{
    /// <summary>Whether an earlier request under this key got no answer, so that the document may exist already.</summary>
    public bool IsTakenOver { get; init; }

    public static implicit operator string(IdempotentId id) => id.Value;

    public static ValueTask<IdempotentId> BindAsync(HttpContext context) =>
        ValueTask.FromResult(context.Features.Get<IdempotentId>() ?? new IdempotentId(DocumentId.New(NowOf(context))));

    public override string ToString() => Value;

    // By the clock of whom it is made for: lists of history are ranges of ids.
    private static DateTimeOffset NowOf(HttpContext context) => context.Features.Get<Caller>() is { } caller
        ? context.RequestServices.GetRequiredService<ITenantClock>().Now(caller.Tenant)
        : context.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow();
}
