using System.Collections.Concurrent;
using Ecodrix.Engine.Runs;
using Ecodrix.Storage;
using Microsoft.Extensions.Options;

namespace Ecodrix.Engine.Jobs;

/// <summary>Has the work of one lead begin in the order accepted, whichever process works on it: over several processes what <see cref="LeadGate"/> is within one.</summary>
/// <remarks>
/// What is begun or due stands in its lead's line, in its own document and by the write that accepts or claims it, so a line
/// costs one look, taken together with others, and no write. A place in line is later than all that is seen there, and so does not hang on how well the
/// clocks of two machines agree. Whoever dies keeps its place until its lease ends and another takes the work over.
/// Where no other process works on the same database there are no lines.
/// </remarks>
internal sealed class LeadLines(IServicesDatabase services, KnownWork known, TimeProvider clock, ITenantClock clocks, IOptions<EngineOptions> options)
{
    /// <summary>How soon work that stands behind another's is looked at again, at first.</summary>
    public static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(50);

    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(1);

    /// <summary>What looks again later than this rests: it holds nobody.</summary>
    private static readonly TimeSpan Resting = TimeSpan.FromSeconds(1.5);

    private readonly LineLooks looks = new(services.Documents<WorkItem>());

    private readonly ConcurrentDictionary<string, bool> passed = new(StringComparer.Ordinal);

    /// <summary>Gives work that is due, and not durable yet, the last place in its lead's line.</summary>
    public async ValueTask<Joined> JoinAsync(WorkItem fresh, CancellationToken cancellationToken)
    {
        if (LineOf(fresh) is not { } line)
        {
            return new Joined(fresh, IsFirst: true, IsBehind: false);
        }

        var present = await looks.SeeAsync(fresh.Tenant, line, cancellationToken);
        var now = clock.GetUtcNow().ToUnixTimeMilliseconds();
        var last = present is [{ LineNumber: var number }, ..] ? number : 0;
        var joined = fresh with { InLine = line, LineNumber = Math.Max(now, last + 1) };
        return new Joined(joined, present.Count == 0, present.Any(other => !IsOwn(other) && IsInTheWay(other, joined)));
    }

    /// <summary>Work that is being claimed. What stands in line already keeps its place; what rested and fell due has one from then on.</summary>
    public WorkItem Enter(WorkItem due) => due.InLine is not null || LineOf(due) is not { } line
        ? due
        : due with { InLine = line, LineNumber = (due.DueAt ?? clock.GetUtcNow()).ToUnixTimeMilliseconds() };

    /// <summary>Whether claimed work that has its turn in this process has to wait for what stands before it, here or elsewhere.</summary>
    public async ValueTask<bool> IsBehindAsync(WorkItem claimed, CancellationToken cancellationToken) =>
        claimed.InLine is { } line
        && (await looks.SeeAsync(claimed.Tenant, line, cancellationToken)).Any(other => IsInTheWay(other, claimed));

    /// <summary>Has what this process holds keep nobody waiting any more, before that is written.</summary>
    public void Pass(WorkItem held)
    {
        if (held.InLine is not null)
        {
            passed[held.Id] = true;
        }
    }

    /// <summary>To be called when work is held no longer.</summary>
    public void Forget(WorkItem held)
    {
        if (!passed.IsEmpty)
        {
            passed.TryRemove(held.Id, out _);
        }
    }

    /// <summary>When work that stands behind another's is looked at again: the longer it waits, the less often.</summary>
    public DateTimeOffset AgainAt(WorkItem behind)
    {
        var now = clock.GetUtcNow();
        var waited = (now.ToUnixTimeMilliseconds() - behind.LineNumber) / 2;
        return now + TimeSpan.FromMilliseconds(Math.Clamp(waited, Soon.TotalMilliseconds, Longest.TotalMilliseconds));
    }

    /// <returns>Null for what stands in no line. A deferred event has the order of its own signposts, and a slow receiver of a callback keeps nobody waiting.</returns>
    private string? LineOf(WorkItem work) =>
        options.Value.IsAlone || work.Event?.Deferred is not null ? null
        : work.Event is null ? (work.Callback is null ? work.LeadId : null)
        : EventMachine.Next(work, clocks.Now(work.Tenant)) is Move.Callback ? null
        : work.LeadId;

    // What nobody here understands is not waited for.
    private bool IsInTheWay(WorkItem other, WorkItem work) =>
        !string.Equals(other.Id, work.Id, StringComparison.Ordinal)
        && ComesBefore(other, work)
        && known.Understands(other)
        && (other.Lease is null ? other.DueAt <= clock.GetUtcNow() + Resting : !passed.ContainsKey(other.Id));

    private bool IsOwn(WorkItem other) => string.Equals(other.Lease?.Owner, options.Value.Owner, StringComparison.Ordinal);

    private static bool ComesBefore(WorkItem one, WorkItem other) =>
        one.LineNumber != other.LineNumber ? one.LineNumber < other.LineNumber : string.CompareOrdinal(one.Id, other.Id) < 0;
}

/// <summary>How work stands that has joined its lead's line.</summary>
/// <param name="Work">With its place.</param>
/// <param name="IsFirst">Nothing stands there before it. Else it looks once more when its turn in this process has come.</param>
/// <param name="IsBehind">It has to wait for what another process holds, or nobody has begun.</param>
internal sealed record Joined(WorkItem Work, bool IsFirst, bool IsBehind);
