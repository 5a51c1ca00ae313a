using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Ecodrix.Server.Configuration;
using Ecodrix.Server.Features.Realtime.Tokens;
using Ecodrix.Server.Features.Tenants;
using Ecodrix.Server.Http;
using Ecodrix.Server.Http.Limits;
using Ecodrix.SocketIO;
using Ecodrix.Storage;

namespace Ecodrix.Server.Features.Realtime.Sockets;

/// <summary>Lets sockets in: by key and code, given as <c>auth</c> or in headers, or by a token; and from pages of the tenant's origins only.</summary>
/// <remarks>Whatever is wrong with the credentials is refused alike, so that nobody can probe for codes.</remarks>
internal sealed class SocketGate(TenantDoor tenants, OriginDoor origins, TokenBook tokens, Settings settings, TimeProvider clock)
{
    /// <summary>How many sockets a tenant may have where its limits do not say.</summary>
    public const int DefaultSockets = 1_000;

    private const int FailedAttempts = 20;

    private static readonly ConnectRefusal Unauthorized = Refusal("UNAUTHORIZED", Errors.Unauthorized);

    private static readonly ConnectRefusal Suspended = new("UNAUTHORIZED", DetailOf(Errors.ClientSuspended));

    private static readonly ConnectRefusal ForbiddenAddress = new("UNAUTHORIZED", DetailOf(Errors.ForbiddenAddress));

    private static readonly ConnectRefusal WithoutScope = new("UNAUTHORIZED", DetailOf(KeyScope.Realtime.Lacking));

    private static readonly ConnectRefusal ForbiddenOrigin = new("FORBIDDEN_ORIGIN", DetailOf(Errors.ForbiddenOrigin));

    private static readonly ConnectRefusal TooManyAttempts = Refusal("RATE_LIMITED", Errors.TooManyAttempts);

    private static readonly ConnectRefusal Unavailable = Refusal("UNAVAILABLE", Errors.DatabaseUnavailable);

    private readonly AddressWindows failures = new(FailedAttempts, clock);

    public async Task<SocketVerdict> CheckAsync(SocketHandshake handshake, CancellationToken cancellationToken)
    {
        var network = ClientAddress.Network(AddressOf(handshake));
        if (failures.Full(network) is not null)
        {
            return new SocketVerdict.Refused(TooManyAttempts);
        }

        try
        {
            var verdict = await JudgeAsync(handshake, cancellationToken);
            if (verdict is SocketVerdict.Refused { Why: var why } && ReferenceEquals(why, Unauthorized))
            {
                failures.Count(network);
            }

            return verdict;
        }
        catch (DatabaseUnavailableException)
        {
            return new SocketVerdict.Refused(Unavailable);
        }
    }

    private async Task<SocketVerdict> JudgeAsync(SocketHandshake handshake, CancellationToken cancellationToken)
    {
        var code = Given(handshake, "clientCode", "x-client-code");
        var (access, refusal) = handshake.Auth.ContainsKey("token")
            ? await ByTokenAsync(Text(handshake.Auth["token"]), code, cancellationToken)
            : await ByKeyAsync(handshake, code, cancellationToken);
        if (access is null)
        {
            return new SocketVerdict.Refused(refusal!);
        }

        if (!IsOwnPage(handshake) && !await origins.IsAllowedAsync(access.Tenant, handshake.Headers.GetValueOrDefault("Origin"), cancellationToken))
        {
            return new SocketVerdict.Refused(ForbiddenOrigin);
        }

        var profile = await tenants.FindProfileAsync(access.Tenant, cancellationToken);
        return profile is null
            ? new SocketVerdict.Refused(Unauthorized)
            : new SocketVerdict.Admitted(access, profile.Limits.Connections ?? DefaultSockets);
    }

    /// <summary>Our own page <c>/live</c>, under whatever name this server is reached: it has a token, and was loaded from the host that it connects to.</summary>
    /// <remarks>A name that was turned to this server from outside opens nothing by this: such a page has no token, and who has one needs no page.</remarks>
    private static bool IsOwnPage(SocketHandshake handshake) =>
        handshake.Auth.ContainsKey("token")
        && Uri.TryCreate(handshake.Headers.GetValueOrDefault("Origin"), UriKind.Absolute, out var origin)
        && string.Equals(origin.Authority, handshake.Headers.GetValueOrDefault("Host"), StringComparison.OrdinalIgnoreCase);

    private async Task<(SocketAccess? Access, ConnectRefusal? Refusal)> ByKeyAsync(SocketHandshake handshake, string? code, CancellationToken cancellationToken) =>
        await tenants.CheckAsync(Given(handshake, "apiKey", "x-api-key"), code, cancellationToken) switch
        {
            KeyCheck.Accepted accepted when !accepted.From.Admit(AddressOf(handshake)) => (null, ForbiddenAddress),
            KeyCheck.Accepted accepted when !accepted.Scopes.Allow(KeyScope.Realtime) => (null, WithoutScope),
            KeyCheck.Accepted accepted => (new SocketAccess(accepted.Tenant, accepted.KeyId) { IsByKey = true }, null),
            KeyCheck.Suspended => (null, Suspended),
            _ => (null, Unauthorized),
        };

    private async Task<(SocketAccess? Access, ConnectRefusal? Refusal)> ByTokenAsync(string? text, string? code, CancellationToken cancellationToken)
    {
        if (await tokens.FindAsync(text, cancellationToken) is not { } token)
        {
            return (null, Unauthorized);
        }

        var tenant = TenantId.Parse(token.Tenant);
        var isTheirs = code is null || string.Equals(code, tenant.Code, StringComparison.OrdinalIgnoreCase);
        return isTheirs && await tenants.AdmitsAsync(tenant, token.KeyId, cancellationToken)
            ? (new SocketAccess(tenant, token.KeyId), null)
            : (null, Unauthorized);
    }

    private static string? Given(SocketHandshake handshake, string name, string header) =>
        handshake.Auth.ContainsKey(name) ? Text(handshake.Auth[name]) : handshake.Headers.GetValueOrDefault(header);

    private static string? Text(JsonNode? node) =>
        node is JsonValue value && value.GetValueKind() is JsonValueKind.String ? value.GetValue<string>() : null;

    private IPAddress AddressOf(SocketHandshake handshake)
    {
        var remote = IPAddress.TryParse(handshake.Address, out var address) ? address : IPAddress.None;
        return ClientAddress.Of(remote, handshake.Headers.GetValueOrDefault("X-Forwarded-For") ?? "", settings.TrustedProxies);
    }

    private static ConnectRefusal Refusal(string message, Error error) => new(message, DetailOf(error));

    /// <summary>What a developer reads in <c>error.data</c>: the code and sentence that HTTP would have answered.</summary>
    public static JsonObject DetailOf(Error error) => new() { ["code"] = error.Code, ["message"] = error.Message, ["hint"] = error.Hint };
}
