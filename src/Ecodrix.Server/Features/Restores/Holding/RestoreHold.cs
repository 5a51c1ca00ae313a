using System.Text.Json.Serialization;
using Ecodrix.Storage;

namespace Ecodrix.Server.Features.Restores.Holding;

/// <summary>That no effect leaves since a restore, and what the operator has said of it since. There is one, and it stays when the hold has ended.</summary>
/// <remarks>What was skipped stays skipped: the rest of a run that was set back comes to its steps hours after the hold has ended.</remarks>
internal sealed record RestoreHold : IDocument<RestoreHold>
{
    public const string TheOne = "hold";

    public static Collection<RestoreHold> Collection { get; } = new("restoreHolds", RestoresJson.Default.RestoreHold);

    /// <summary>There never was a hold.</summary>
    public static RestoreHold Never { get; } = new() { Version = 0, Why = "", EndedAt = DateTimeOffset.MinValue };

    [JsonPropertyName("_id")]
    public string Id { get; init; } = TheOne;

    public long Version { get; init; } = 1;

    /// <summary>As the end of a sentence that begins with what is held.</summary>
    public required string Why { get; init; }

    public DateTimeOffset Since { get; init; }

    /// <summary>From here on due times were made by the restored server; those from before are the old ones. Earlier than <see cref="Since"/> when one hold follows another.</summary>
    public DateTimeOffset Origin { get; init; }

    /// <summary>Null while it is in force.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    public ReleaseMarks Everybody { get; init; } = ReleaseMarks.None;

    /// <summary>By client.</summary>
    public IReadOnlyDictionary<string, ReleaseMarks> Clients { get; init; } = new Dictionary<string, ReleaseMarks>(StringComparer.Ordinal);

    [JsonIgnore]
    public bool IsInForce => EndedAt is null;

    /// <summary>Whether it has nothing to say of anything.</summary>
    [JsonIgnore]
    public bool IsSilent => !IsInForce && Everybody.SkipBefore is null && Clients.Count == 0;

    /// <param name="owed">When the effect would have left.</param>
    public HoldVerdict Decide(string client, DateTimeOffset owed)
    {
        var own = Clients.GetValueOrDefault(client, ReleaseMarks.None);
        return owed < Everybody.SkipBefore || owed < own.SkipBefore ? HoldVerdict.Skips
            : !IsInForce || owed < Everybody.ReleaseBefore || owed < own.ReleaseBefore ? HoldVerdict.Goes
            : HoldVerdict.Rests;
    }

    /// <summary>After the operator has said what becomes of what was owed before a time.</summary>
    /// <param name="client">Null for everybody.</param>
    public RestoreHold With(string? client, DateTimeOffset before, bool isSkipped)
    {
        ReleaseMarks Moved(ReleaseMarks marks) => isSkipped
            ? marks with { SkipBefore = Later(marks.SkipBefore, before) }
            : marks with { ReleaseBefore = Later(marks.ReleaseBefore, before) };
        return client is null
            ? this with { Version = Version + 1, Everybody = Moved(Everybody) }
            : this with
            {
                Version = Version + 1,
                Clients = new Dictionary<string, ReleaseMarks>(Clients, StringComparer.Ordinal) { [client] = Moved(Clients.GetValueOrDefault(client, ReleaseMarks.None)) },
            };
    }

    private static DateTimeOffset Later(DateTimeOffset? one, DateTimeOffset other) => one > other ? one.Value : other;
}

/// <summary>What was said of effects by the time at which they were owed.</summary>
/// <param name="SkipBefore">Earlier ones never leave; null when nothing is skipped.</param>
/// <param name="ReleaseBefore">Earlier ones may leave although the hold is in force; null when none may.</param>
internal sealed record ReleaseMarks(DateTimeOffset? SkipBefore, DateTimeOffset? ReleaseBefore)
{
    public static ReleaseMarks None { get; } = new(null, null);
}

internal enum HoldVerdict
{
    Goes,

    Rests,

    Skips,
}
