namespace Ecodrix.Server.Features.Tenants;

/// <summary>What the operator grants a client. Null means the product's default, or no limit where there is none.</summary>
internal sealed record ClientLimits
{
    public static readonly ClientLimits Defaults = new();

    /// <summary>Default 600, with a burst of twice as many.</summary>
    public int? TriggersPerMinute { get; init; }

    /// <summary>All requests but triggers; default 3,000.</summary>
    public int? RequestsPerMinute { get; init; }

    public int? DailyEvents { get; init; }

    /// <summary>How many jobs of the client may run at once.</summary>
    public int? RunningJobs { get; init; }

    /// <summary>The client's share when workers are scarce; default 1.</summary>
    public int? Weight { get; init; }

    public int? Connections { get; init; }

    public int? MessagesPerDay { get; init; }

    public long? StorageBytes { get; init; }
}
