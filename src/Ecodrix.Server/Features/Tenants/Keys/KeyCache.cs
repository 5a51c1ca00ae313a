using System.Collections.Concurrent;
using Ecodrix.Server.Features.Tenants.Clients;
using Ecodrix.Server.Http;
using Ecodrix.Storage;

namespace Ecodrix.Server.Features.Tenants.Keys;

/// <summary>Keys as last read, dropped when <see cref="TenantChanges"/> names their client.</summary>
/// <remarks>Unknown keys are remembered too, for a minute and up to a bound, so that guessing does not reach the database.</remarks>
internal sealed class KeyCache
{
    private const int UnknownBound = 10_000;

    private static readonly TimeSpan UnknownFor = TimeSpan.FromSeconds(60);

    private readonly ConcurrentDictionary<string, KnownKey> keys = new(StringComparer.Ordinal);

    private readonly ConcurrentDictionary<string, long> unknown = new(StringComparer.Ordinal);

    private readonly TimeProvider clock;

    private readonly Lock gate = new();

    private long generation;

    public KeyCache(TenantChanges changes, TimeProvider clock)
    {
        this.clock = clock;
        changes.Listen(Drop);
    }

    /// <summary>To be read before the database is: what was read before a change is then not kept after it.</summary>
    public long Generation => Volatile.Read(ref generation);

    /// <returns>True when it is known what the key is; <paramref name="known"/> is null when it is known to be nobody's.</returns>
    public bool FindKey(string hash, out KnownKey? known) => keys.TryGetValue(hash, out known) || IsKnownAsUnknown(hash);

    /// <param name="known">Null when the database does not know the key.</param>
    public void KeepKey(string hash, KnownKey? known, long readAt)
    {
        lock (gate)
        {
            if (readAt != generation)
            {
                return;
            }

            if (known is not null)
            {
                keys[hash] = known;
            }
            else if (HasRoomForUnknown())
            {
                unknown[hash] = clock.GetTimestamp();
            }
        }
    }

    private void Drop(string? code)
    {
        lock (gate)
        {
            Volatile.Write(ref generation, generation + 1);
            unknown.Clear();

            if (code is null)
            {
                keys.Clear();
                return;
            }

            foreach (var (hash, _) in keys.Where(entry => string.Equals(entry.Value.Key.Client, code, StringComparison.Ordinal)))
            {
                keys.TryRemove(hash, out _);
            }
        }
    }

    private bool IsKnownAsUnknown(string hash) =>
        unknown.TryGetValue(hash, out var since) && clock.GetElapsedTime(since) < UnknownFor;

    private bool HasRoomForUnknown()
    {
        if (unknown.Count < UnknownBound)
        {
            return true;
        }

        foreach (var (hash, _) in unknown.Where(entry => clock.GetElapsedTime(entry.Value) >= UnknownFor))
        {
            unknown.TryRemove(hash, out _);
        }

        return unknown.Count < UnknownBound;
    }
}

internal sealed record KnownKey(ApiKey Key, byte[] Hash, TenantId Tenant, KeyScopes Scopes, AllowedAddresses From);
