using Ecodrix.Engine;
using Ecodrix.Server.Configuration;
using Ecodrix.Server.Features.Operations.Health;
using Ecodrix.Storage;
using Ecodrix.Storage.Conditions;
using Microsoft.Extensions.Options;

namespace Ecodrix.Server.Instances;

/// <summary>The instances that share the work: this one says that it lives, and knows the others from their last word.</summary>
/// <remarks>Nothing is decided by it that must not happen twice: leases and claims do that. A process that is alone keeps no list.</remarks>
internal sealed class InstanceList(
    IServicesDatabase services, InstanceAddress address, Settings settings, IOptions<EngineOptions> engine, TimeProvider clock)
{
    public static readonly TimeSpan BetweenBeats = TimeSpan.FromSeconds(5);

    /// <summary>One that has missed two beats counts no more.</summary>
    private static readonly TimeSpan Lives = TimeSpan.FromSeconds(15);

    private static readonly TimeSpan Forgotten = TimeSpan.FromMinutes(10);

    private const int Most = 1_000;

    private readonly IDocuments<Instance> instances = services.Documents<Instance>();

    private readonly DateTimeOffset startedAt = clock.GetUtcNow();

    private IReadOnlyList<Instance> seen = [];

    public bool IsAlone => engine.Value.IsAlone;

    /// <summary>The owner of this process's leases.</summary>
    public string Own => engine.Value.Owner;

    /// <summary>Those that have spoken lately; what was read with the last beat.</summary>
    public IReadOnlyList<Instance> Others
    {
        get
        {
            var since = clock.GetUtcNow() - Lives;
            return [.. Volatile.Read(ref seen).Where(other => other.BeatAt > since)];
        }
    }

    /// <summary>Whether this one is the first of those of whom was last heard, whether or not they live: for what nobody can agree on while the database is down.</summary>
    public bool IsFirst => Volatile.Read(ref seen).All(other => string.CompareOrdinal(Own, other.Id) < 0);

    /// <summary>Among how many instances a tenant's allowance is shared; at least 1.</summary>
    public int Sharers => 1 + (Volatile.Read(ref seen) is { Count: > 0 } ? Others.Count(other => other.Accepts) : 0);

    /// <summary>How many instances work, this one taken for one of them; at least 1.</summary>
    public int Workers => 1 + (Volatile.Read(ref seen) is { Count: > 0 } ? Others.Count(other => other.Works) : 0);

    /// <summary>What of a number this instance may grant, so that all together grant no more than it; what does not divide goes to the first ones.</summary>
    public int ShareOf(int whole)
    {
        var left = Math.Max(0, whole);
        var sharers = Others.Where(other => other.Accepts).ToList();
        var before = sharers.Count(other => string.CompareOrdinal(other.Id, Own) < 0);
        return (left / (sharers.Count + 1)) + (before < left % (sharers.Count + 1) ? 1 : 0);
    }

    /// <summary>Says that this one lives, and hears who else does.</summary>
    public async Task BeatAsync(CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var known = await instances.FindAsync(Own, cancellationToken);
        var next = new Instance
        {
            Id = Own,
            Version = (known?.Version ?? 0) + 1,
            Role = settings.Role,
            Url = address.Find(),
            Program = Uptime.Version,
            StartedAt = startedAt,
            BeatAt = now,
        };

        // Whoever took a silent one off the list meanwhile is answered by the next beat.
        await (known is null ? instances.TryAddAsync(next, cancellationToken) : instances.TryReplaceAsync(next, cancellationToken));
        var all = await instances.QueryAsync(new DocumentQuery(null, Most), cancellationToken);
        Volatile.Write(ref seen, [.. all.Where(one => !string.Equals(one.Id, Own, StringComparison.Ordinal))]);
        if (all.Any(one => now - one.BeatAt > Forgotten))
        {
            await instances.DeleteManyAsync(Condition.Lt("beatAt", Instants.Write(now - Forgotten)), Most, cancellationToken);
        }
    }

    /// <summary>Takes this one off the list, so that nobody waits for it.</summary>
    public Task LeaveAsync(CancellationToken cancellationToken) => instances.DeleteAsync(Own, cancellationToken);
}
