using System.Collections.Immutable;
using Ecodrix.Storage;

namespace Ecodrix.Server.Features.Tenants.Clients;

/// <summary>Carries changes of clients, keys and secrets to every process: local ones at once, others' within a second of the next request.</summary>
/// <remarks>
/// Who changes something announces it after the change is durable. A crash between the two is healed by
/// <see cref="Forget"/>: whoever keeps something asks for it anew after that time.
/// </remarks>
internal sealed class TenantChanges(IServicesDatabase services, TimeProvider clock)
{
    /// <summary>How old the last look at the stamp may be when a request is answered from memory.</summary>
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan Forget = TimeSpan.FromMinutes(5);

    private readonly IDocuments<TenantStamp> stamps = services.Documents<TenantStamp>();

    private readonly Lock gate = new();

    private Task? reading;

    private Sight? last;

    private ImmutableArray<Action<string?>> listeners = [];

    /// <param name="listener">Called with the client that changed; with null when everything kept must be read anew. Must not throw.</param>
    public void Listen(Action<string?> listener) =>
        ImmutableInterlocked.Update(ref listeners, (all, one) => all.Add(one), listener);

    /// <summary>Returns once what is kept is no older than a second. Reads nothing when it is known to be.</summary>
    /// <exception cref="DatabaseUnavailableException">It cannot be told whether what is kept still holds.</exception>
    public ValueTask FollowAsync(CancellationToken cancellationToken)
    {
        var seen = Volatile.Read(ref last);
        return seen is not null && clock.GetElapsedTime(seen.At) < Fresh
            ? ValueTask.CompletedTask
            : new ValueTask(JoinReading().WaitAsync(cancellationToken));
    }

    /// <summary>Makes a durable change of a client known: here before this returns, elsewhere soon.</summary>
    public async Task AnnounceAsync(string client, CancellationToken cancellationToken)
    {
        Tell(client);

        var stored = false;
        while (!stored)
        {
            stored = await stamps.FindAsync(TenantStamp.TheOne, cancellationToken) is { } stamp
                ? await stamps.TryReplaceAsync(stamp.With(client), cancellationToken)
                : await stamps.TryAddAsync(new TenantStamp { Changes = [client] }, cancellationToken);
        }
    }

    private Task JoinReading()
    {
        lock (gate)
        {
            // In nobody's turn: all wait for it, whoever asked first.
            return reading is { IsCompleted: false } ? reading : reading = Task.Run(ReadAsync);
        }
    }

    private async Task ReadAsync()
    {
        var at = clock.GetTimestamp();

        // Not a request's token: others wait for the same reading.
        var stamp = await stamps.FindAsync(TenantStamp.TheOne, CancellationToken.None);
        var version = stamp?.Version ?? 0;
        var before = last;

        if (before is null || clock.GetElapsedTime(before.CompleteAt) >= Forget)
        {
            Tell(null);
            Volatile.Write(ref last, new Sight(at, at, version));
            return;
        }

        foreach (var client in ChangesSince(stamp, before.Version))
        {
            Tell(client);
        }

        Volatile.Write(ref last, new Sight(at, before.CompleteAt, version));
    }

    private static IReadOnlyList<string?> ChangesSince(TenantStamp? stamp, long version) =>
        stamp is null ? [] : stamp.ChangesSince(version) as IReadOnlyList<string?> ?? [null];

    private void Tell(string? client)
    {
        foreach (var listener in listeners)
        {
            listener(client);
        }
    }

    /// <param name="At">When the stamp was last read.</param>
    /// <param name="CompleteAt">When everything kept was last dropped.</param>
    private sealed record Sight(long At, long CompleteAt, long Version);
}
