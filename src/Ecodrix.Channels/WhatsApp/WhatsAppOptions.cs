using System.ComponentModel.DataAnnotations;

namespace Ecodrix.Channels.WhatsApp;

/// <summary>How messages are sent through the Cloud API.</summary>
public sealed class WhatsAppOptions
{
    /// <summary>How long one request may take, from connecting to the end of the answer.</summary>
    [Range(typeof(TimeSpan), "00:00:00.050", "00:02:00", ParseLimitsInInvariantCulture = true)]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>What a number may send unless its account says otherwise. The provider's default throughput level is 80.</summary>
    [Range(1, 1000)]
    public double MessagesPerSecond { get; set; } = 80;

    /// <summary>A message that finds its number busy waits here up to this long; beyond that it is answered as later.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:00:05", ParseLimitsInInvariantCulture = true)]
    public TimeSpan LongestWait { get; set; } = TimeSpan.FromMilliseconds(250);
}
