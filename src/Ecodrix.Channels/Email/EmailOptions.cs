using System.ComponentModel.DataAnnotations;
using System.Security.Cryptography.X509Certificates;

namespace Ecodrix.Channels.Email;

/// <summary>How mail is sent.</summary>
public sealed class EmailOptions
{
    /// <summary>How many connections one account may hold; each carries one message at a time.</summary>
    [Range(1, 50)]
    public int ConnectionsPerAccount { get; set; } = 3;

    /// <summary>A connection that nobody used for so long is closed. Most servers hang up after one to five minutes.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00", ParseLimitsInInvariantCulture = true)]
    public TimeSpan IdleTimeout { get; set; } = TimeSpan.FromSeconds(45);

    /// <summary>A connection that rested longer than this is asked whether it still lives before a message is trusted to it.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:10:00", ParseLimitsInInvariantCulture = true)]
    public TimeSpan TrustedFor { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How long connecting and logging in, and then each message, may take.</summary>
    [Range(typeof(TimeSpan), "00:00:00.050", "00:10:00", ParseLimitsInInvariantCulture = true)]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>Certificates trusted besides the system's roots, for a mail server with a private authority. Empty by default.</summary>
    public X509Certificate2Collection TrustedRoots { get; } = [];
}
