using System.Text.Json;

namespace Ecodrix.Server.Features.Tenants.Clients;

/// <summary>The limits that an operator can set, by name.</summary>
internal sealed record LimitFields(string Name, long Least, long Most, Func<ClientLimits, long?, ClientLimits> Set)
{
    private static readonly LimitFields[] All =
    [
        new("triggersPerMinute", 1, 10_000_000, (limits, number) => limits with { TriggersPerMinute = (int?)number }),
        new("requestsPerMinute", 1, 10_000_000, (limits, number) => limits with { RequestsPerMinute = (int?)number }),
        new("dailyEvents", 0, int.MaxValue, (limits, number) => limits with { DailyEvents = (int?)number }),
        new("runningJobs", 1, 10_000, (limits, number) => limits with { RunningJobs = (int?)number }),
        new("weight", 1, 100, (limits, number) => limits with { Weight = (int?)number }),
        new("connections", 0, 1_000_000, (limits, number) => limits with { Connections = (int?)number }),
        new("messagesPerDay", 0, int.MaxValue, (limits, number) => limits with { MessagesPerDay = (int?)number }),
        new("storageBytes", 0, long.MaxValue / 2, (limits, number) => limits with { StorageBytes = number }),
    ];

    public static LimitFields? Find(string name) => Array.Find(All, field => string.Equals(field.Name, name, StringComparison.Ordinal));

    /// <param name="number">Null means the default.</param>
    public bool TryRead(JsonElement value, out long? number)
    {
        number = null;
        if (value.ValueKind is JsonValueKind.Null)
        {
            return true;
        }

        if (value.ValueKind is not JsonValueKind.Number || !value.TryGetInt64(out var given) || given < Least || given > Most)
        {
            return false;
        }

        number = given;
        return true;
    }
}
