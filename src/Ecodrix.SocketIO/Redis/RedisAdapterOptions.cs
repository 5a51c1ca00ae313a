using System.ComponentModel.DataAnnotations;

namespace Ecodrix.SocketIO.Redis;

/// <summary>How nodes meet in Redis. The defaults are those of <c>@socket.io/redis-adapter</c> and <c>@socket.io/redis-emitter</c>.</summary>
public sealed class RedisAdapterOptions
{
    /// <summary>
    /// Where Redis is: <c>host:port</c> with StackExchange.Redis' settings behind it, parted by commas, or a URI such as
    /// <c>redis://user:password@host:6379</c>, with <c>rediss</c> for TLS. One server, or a primary with replicas: nodes count each other there.
    /// </summary>
    [Required]
    public string ConnectionString { get; set; } = "";

    /// <returns>False for what names no server.</returns>
    public static bool IsConnectionString(string text) => RedisAddress.TryParse(text, out _);

    /// <summary>What all channels begin with; nodes and emitters that shall meet have the same.</summary>
    [Required]
    public string Key { get; set; } = "socket.io";

    /// <summary>How long another node may take to answer, except for clients' answers, which have a time-out of their own.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:10:00")]
    public TimeSpan RequestsTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Whether answers go to the asking node alone; every node that asks must then listen to its own channel, as the stock adapter does.</summary>
    public bool PublishOnSpecificResponseChannel { get; set; }

    /// <summary>How many bytes may be on their way to Redis. What is more, and all while Redis is out of reach, is dropped and counted.</summary>
    [Range(1_000, 1_000_000_000)]
    public long MaxUnsentBytes { get; set; } = 16_000_000;

    /// <summary>How many messages of other nodes may wait for this one, in each namespace; more are dropped and counted.</summary>
    [Range(16, 10_000_000)]
    public int MaxUnreadMessages { get; set; } = 10_000;
}
