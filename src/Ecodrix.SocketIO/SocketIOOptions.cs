using System.ComponentModel.DataAnnotations;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Ecodrix.SocketIO;

/// <summary>What may carry a connection.</summary>
[Flags]
public enum SocketTransports
{
    None = 0,
    Polling = 1,
    WebSocket = 2,
    All = Polling | WebSocket,
}

/// <summary>How the server behaves. The defaults are those that the stock clients and other servers of the protocol use.</summary>
public sealed class SocketIOOptions
{
    /// <summary>How often the server asks each client whether it is still there.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "01:00:00")]
    public TimeSpan PingInterval { get; set; } = TimeSpan.FromSeconds(25);

    /// <summary>How long a client may take to answer.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "01:00:00")]
    public TimeSpan PingTimeout { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>How long a WebSocket may take to take over from polling.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:10:00")]
    public TimeSpan UpgradeTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a connection may be without having joined any namespace.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:10:00")]
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(45);

    /// <summary>The largest WebSocket message and the largest POST body from a client, in bytes, inclusive.</summary>
    [Range(1_000, 100_000_000)]
    public int MaxHttpBufferSize { get; set; } = 1_000_000;

    /// <summary>Which transports are offered.</summary>
    public SocketTransports Transports { get; set; } = SocketTransports.All;

    /// <summary>How many connections may be without a namespace at a time; beyond it the oldest of them is dropped for a new one.</summary>
    [Range(1, 10_000_000)]
    public int MaxHalfOpenConnections { get; set; } = 10_000;

    /// <summary>How many packets may wait for one client before it is dropped as too slow.</summary>
    [Range(16, 10_000_000)]
    public int MaxQueuedPackets { get; set; } = 10_000;

    /// <summary>How many bytes may wait for one client before it is dropped as too slow. A single larger message is let through.</summary>
    [Range(1_000, 1_000_000_000)]
    public long MaxQueuedBytes { get; set; } = 4_000_000;

    /// <summary>How many events of one socket may wait for their handlers before the client is read no further.</summary>
    [Range(1, 1_000_000)]
    public int MaxUnhandledEvents { get; set; } = 256;

    /// <summary>Answers polls of more than 1,024 bytes compressed where the client accepts that. WebSocket messages never are.</summary>
    public bool HttpCompression { get; set; } = true;

    /// <summary>The name of a cookie that carries the connection's id to a load balancer, set on the polling handshake; null for none.</summary>
    public string? CookieName { get; set; }

    /// <summary>Whether the slash after the path is part of it, as stock clients send it.</summary>
    public bool AddTrailingSlash { get; set; } = true;

    /// <summary>Which origins may use polling from a browser, and what they are told; null for no CORS at all.</summary>
    /// <remarks>Browsers do not apply CORS to WebSockets: where origins matter, <see cref="AllowRequest"/> has to check them as well.</remarks>
    public SocketCors? Cors { get; set; }

    /// <summary>Asked before each handshake: null lets it pass, a text refuses it with that message. Upgrades of open connections are not asked.</summary>
    public Func<HttpContext, ValueTask<string?>>? AllowRequest { get; set; }

    /// <summary>Lets clients that lost their connection come back with their rooms, their data and what they missed; null for off.</summary>
    public RecoveryOptions? Recovery { get; set; }

    /// <summary>How arguments are written and read.</summary>
    public JsonSerializerOptions Json { get; set; } = new(JsonSerializerDefaults.Web) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
}

/// <summary>Connection state recovery: what is kept of a lost connection, and for how long.</summary>
public sealed class RecoveryOptions
{
    /// <summary>How long after the loss a client may come back.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan MaxDisconnection { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>Whether a client that comes back skips the namespace's middlewares.</summary>
    public bool SkipMiddlewares { get; set; } = true;

    /// <summary>How many bytes of events each namespace keeps; older ones go first, and who misses one of those starts anew.</summary>
    [Range(1_000, 10_000_000_000)]
    public long MaxKeptBytes { get; set; } = 64_000_000;

    /// <summary>How many lost connections each namespace keeps; older ones go first.</summary>
    [Range(1, 10_000_000)]
    public int MaxKeptSessions { get; set; } = 100_000;
}

/// <summary>What browsers of other origins may do.</summary>
public sealed class SocketCors
{
    /// <summary>Whether an origin may use the server; null lets every origin.</summary>
    public Func<string, bool>? AllowOrigin { get; set; }

    /// <summary>Whether cookies may come along: then the answer names the origin, never <c>*</c>.</summary>
    public bool AllowCredentials { get; set; }

    /// <summary>How long a browser may keep the answer to a preflight; null leaves it to the browser.</summary>
    public TimeSpan? MaxAge { get; set; }
}
