using Ecodrix.Storage;

namespace Ecodrix.Engine.Jobs;

/// <summary>What is held in an incident, finer than a whole tenant: steps of a channel or a rule, jobs of a type, callbacks to a receiver.</summary>
/// <remarks>
/// Asked before each, so it answers from memory. What is held keeps its attempts and does not expire; it rests until
/// <see cref="Runs.IWorkControl.ReleaseHeldAsync"/> finds that it is held no longer. What is skipped ends without having left.
/// </remarks>
public interface IHolds
{
    /// <summary>From when on the tenant's due times were set anew by a restore, as its clock goes.</summary>
    /// <returns>Null when they never were.</returns>
    ValueTask<DateTimeOffset?> SetAnewSinceAsync(TenantId tenant, CancellationToken cancellationToken) => default;

    /// <param name="ruleId">Empty for what an event makes before its rules' steps.</param>
    /// <returns>Null when it may go on.</returns>
    ValueTask<HeldBack?> OfStepAsync(TenantId tenant, string ruleId, string stepType, OwedAt owedAt, CancellationToken cancellationToken);

    /// <returns>Null when it may go on.</returns>
    ValueTask<HeldBack?> OfJobAsync(TenantId tenant, string jobType, OwedAt owedAt, CancellationToken cancellationToken);

    /// <returns>Null when an attempt may be made.</returns>
    ValueTask<HeldBack?> OfCallbackAsync(TenantId tenant, string url, OwedAt owedAt, CancellationToken cancellationToken);
}

/// <param name="Why">The end of a sentence that begins with what is held: <c>channel whatsapp is paused</c>.</param>
/// <param name="LookAgainAt">In real time: when it is looked at again if nobody releases it before; null leaves that to the engine's slow net.</param>
public sealed record HeldBack(string Why, DateTimeOffset? LookAgainAt = null)
{
    /// <summary>It is not to leave at all: it ends as skipped, and what comes after it goes on from <see cref="OwedAt"/>.</summary>
    public bool IsSkipped { get; init; }

    /// <summary>When it was owed, as its tenant's clock goes, to be remembered with it; null where that was not asked.</summary>
    public DateTimeOffset? OwedAt { get; init; }
}

/// <summary>When something would have left, had nothing been late: what a clock that was set back by a restore cannot change.</summary>
/// <param name="since">From here on times were set anew; what was set before is believed as it stands. As the tenant's clock goes.</param>
public delegate DateTimeOffset OwedAt(DateTimeOffset since);

/// <summary>A host that never holds anything.</summary>
internal sealed class NothingHeld : IHolds
{
    public ValueTask<HeldBack?> OfStepAsync(TenantId tenant, string ruleId, string stepType, OwedAt owedAt, CancellationToken cancellationToken) => default;

    public ValueTask<HeldBack?> OfJobAsync(TenantId tenant, string jobType, OwedAt owedAt, CancellationToken cancellationToken) => default;

    public ValueTask<HeldBack?> OfCallbackAsync(TenantId tenant, string url, OwedAt owedAt, CancellationToken cancellationToken) => default;
}
