using System.Text.Json.Nodes;
using Ecodrix.SocketIO.EngineIO;

namespace Ecodrix.SocketIO;

/// <summary>The request that a socket's connection began with, and what the client gave to the namespace as its auth.</summary>
public sealed class SocketHandshake
{
    /// <summary>By name, in any case; a header that came several times is joined by a comma.</summary>
    public required IReadOnlyDictionary<string, string> Headers { get; init; }

    /// <summary>The query of the first request, the protocol's own parameters included; names are case-sensitive.</summary>
    public required IReadOnlyDictionary<string, string> Query { get; init; }

    /// <summary>When the connection was made.</summary>
    public required DateTimeOffset Issued { get; init; }

    /// <summary>The client's IP address as the server sees it; empty when it is not known.</summary>
    public required string Address { get; init; }

    /// <summary>The request came with an Origin header.</summary>
    public bool IsCrossDomain { get; init; }

    /// <summary>The request came over TLS.</summary>
    public bool IsSecure { get; init; }

    /// <summary>Path and query of the first request.</summary>
    public required string Url { get; init; }

    /// <summary>What the client sent along with its wish to join the namespace; empty when it sent nothing.</summary>
    public required JsonObject Auth { get; init; }

    internal static SocketHandshake Of(ConnectionRequest request, JsonObject auth) => new()
    {
        Headers = request.Headers,
        Query = request.Query,
        Issued = request.Issued,
        Address = request.Address,
        IsCrossDomain = request.Headers.ContainsKey("Origin"),
        IsSecure = request.IsSecure,
        Url = request.Url,
        Auth = auth,
    };
}
