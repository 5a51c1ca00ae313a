using System.Text.Json.Serialization;
using Ecodrix.Storage;

namespace Ecodrix.Server.Features.Callbacks.Receivers;

/// <summary>A host that fails to take a tenant's callbacks. A healthy one has no such document, and costs no write.</summary>
internal sealed record Receiver : IDocument<Receiver>
{
    /// <summary>So many failures in a row open the breaker.</summary>
    public const int Threshold = 20;

    /// <summary>From here on failures are counted durably; the first ones only in memory.</summary>
    public const int CountedFrom = Threshold / 2;

    public static readonly TimeSpan BetweenProbes = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan ToldAfter = TimeSpan.FromHours(1);

    private static readonly TimeSpan DisabledAfter = TimeSpan.FromDays(5);

    public static Collection<Receiver> Collection { get; } = new("receivers", CallbacksJson.Default.Receiver, new DocumentIndex("tenant", "_id"));

    [JsonPropertyName("_id")]
    public required string Id { get; init; }

    public long Version { get; init; } = 1;

    public required string Tenant { get; init; }

    /// <summary>With its port where that is not the scheme's own.</summary>
    public required string Host { get; init; }

    /// <summary>In a row.</summary>
    public int Failures { get; init; }

    /// <summary>Since when the breaker is open; null while it is closed.</summary>
    public DateTimeOffset? OpenedAt { get; init; }

    /// <summary>Before this no attempt is made while the breaker is open.</summary>
    public DateTimeOffset? NextProbeAt { get; init; }

    public DateTimeOffset? NotifiedAt { get; init; }

    /// <summary>Since when callbacks to it fail at once; null while they wait.</summary>
    public DateTimeOffset? DisabledAt { get; init; }

    public static string IdOf(TenantId tenant, string host) => $"{tenant.Value}|{host}";

    /// <summary>After one failure more.</summary>
    /// <param name="failures">In a row, this one included.</param>
    public Receiver Failed(int failures, DateTimeOffset now)
    {
        var opened = OpenedAt ?? (failures >= Threshold ? now : null);
        return this with
        {
            Failures = failures,
            OpenedAt = opened,
            NextProbeAt = opened is null ? null : now + BetweenProbes,
            DisabledAt = DisabledAt ?? (now - opened >= DisabledAfter ? now : null),
        };
    }

    /// <summary>Whether the tenant is to be told now.</summary>
    public bool IsToBeTold(DateTimeOffset now) => NotifiedAt is null && now - OpenedAt >= ToldAfter;

    /// <summary>Somebody says that it works again: the next attempt is a probe, and the days until it is disabled count anew.</summary>
    public Receiver TriedAgain(DateTimeOffset now) => OpenedAt is null ? this : this with
    {
        OpenedAt = DisabledAt is null ? OpenedAt : now,
        DisabledAt = null,
        NextProbeAt = now,
    };
}

/// <summary>Whether an attempt may be made. A closed set.</summary>
internal abstract record Admission
{
    private Admission()
    {
    }

    public sealed record Granted : Admission;

    /// <summary>Another attempt is the probe; this one waits.</summary>
    public sealed record Waits(string Why, DateTimeOffset Until) : Admission;

    public sealed record Refused(string Why) : Admission;
}
