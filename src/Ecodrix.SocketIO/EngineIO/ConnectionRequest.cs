using System.Net;
using System.Security.Claims;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.Features.Authentication;

namespace Ecodrix.SocketIO.EngineIO;

/// <summary>The HTTP request that a connection began with; kept small, for it lives as long as the connection.</summary>
public sealed class ConnectionRequest
{
    private static readonly ClaimsPrincipal Nobody = new(new ClaimsIdentity());

    private readonly IPAddress? _address;
    private readonly PathString _base;
    private readonly PathString _path;
    private readonly QueryString _query;

    // Reads from the features where the context's own properties would leave objects behind on it for as long as a WebSocket lives.
    internal ConnectionRequest(HttpContext context, DateTimeOffset issued)
    {
        var request = context.Request;
        Headers = new FlatDictionary(
            [.. request.Headers.Select(header => KeyValuePair.Create(header.Key, header.Value.ToString()))], StringComparer.OrdinalIgnoreCase);
        (_base, _path, _query) = (request.PathBase, request.Path, request.QueryString);
        _address = context.Features.Get<IHttpConnectionFeature>()?.RemoteIpAddress;
        Issued = issued;
        IsSecure = request.IsHttps;
        User = context.Features.Get<IHttpAuthenticationFeature>()?.User ?? Nobody;
    }

    /// <summary>By name, in any case; a header that came several times is joined by a comma.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; }

    /// <summary>Read anew each time: most connections are never asked for it.</summary>
    public IReadOnlyDictionary<string, string> Query => EngineQuery.All(_query);

    public DateTimeOffset Issued { get; }

    /// <summary>The client's IP address as the server sees it; empty when it is not known.</summary>
    public string Address => _address?.ToString() ?? "";

    public bool IsSecure { get; }

    /// <summary>Path and query.</summary>
    public string Url => UriHelper.BuildRelative(_base, _path, _query);

    /// <summary>Who the host's authentication found the request to be from.</summary>
    public ClaimsPrincipal User { get; }
}
