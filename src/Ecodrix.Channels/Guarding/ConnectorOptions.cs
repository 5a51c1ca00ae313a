using System.ComponentModel.DataAnnotations;

namespace Ecodrix.Channels.Guarding;

/// <summary>How outgoing connections are made.</summary>
public sealed class ConnectorOptions
{
    /// <summary>Lifts the check of addresses, and lets URLs be plain http: for development and tests only. Nothing else is lifted.</summary>
    public bool AllowPrivate { get; set; }

    /// <summary>How long resolving the name and connecting to one of its addresses may take together.</summary>
    [Range(typeof(TimeSpan), "00:00:00.050", "00:01:00", ParseLimitsInInvariantCulture = true)]
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(10);
}
