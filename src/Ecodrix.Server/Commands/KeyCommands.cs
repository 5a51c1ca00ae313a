using System.CommandLine;
using System.Text.Json.Nodes;

namespace Ecodrix.Server.Commands;

/// <summary>Makes and revokes API keys.</summary>
internal static class KeyCommands
{
    private static readonly Argument<string> Code = new("code") { Description = "The client's code." };

    private static readonly Argument<string> KeyId = new("keyId") { Description = "The key's id, as the list of keys shows it; not the key." };

    private static readonly Option<string> Label = new("--label") { Description = "What the key is for.", DefaultValueFactory = _ => "command line" };

    private static readonly Option<string> Mode = new Option<string>("--mode") { Description = "live or test.", DefaultValueFactory = _ => "live" }.AcceptOnlyFromAmong("live", "test");

    private static readonly Option<string[]> Scopes = new("--scopes")
    {
        Description = "What it may do: " + string.Join(", ", Ecodrix.Server.Http.KeyScope.All) + "; everything when left out.",
        AllowMultipleArgumentsPerToken = true,
    };

    private static readonly Option<string[]> AllowedIps = new("--allowed-ips")
    {
        Description = "From where it is taken, such as 203.0.113.7 or 203.0.113.0/24; anywhere when left out.",
        AllowMultipleArgumentsPerToken = true,
    };

    private static readonly Option<string?> ExpiresAt = new("--expires-at") { Description = "When it ends, such as 2027-01-01T00:00:00Z; never when left out." };

    public static Command Describe(CommandOutput output) => new("keys", "Make and revoke API keys.")
    {
        EngineOptions.Command(
            "create",
            """
            Make an API key of a client. It is printed this once.

            Examples:
              ecodrix keys create ACME --label website
              ecodrix keys create ACME --label dashboard --scopes crm:read realtime
              ecodrix keys create ACME --label staging --mode test --expires-at 2027-01-01T00:00:00Z
            """,
            [Code, Label, Mode, Scopes, AllowedIps, ExpiresAt],
            (parsed, api, cancellationToken) => CreateAsync(parsed, api, output, cancellationToken)),
        EngineOptions.Command(
            "revoke",
            """
            Revoke an API key: in force everywhere within two seconds.

            Examples:
              ecodrix keys revoke ACME 6650a1b2c3d4e5f601020304
            """,
            [Code, KeyId],
            (parsed, api, cancellationToken) => RevokeAsync(parsed, api, output, cancellationToken)),
    };

    private static async Task CreateAsync(ParseResult parsed, EngineApi api, CommandOutput output, CancellationToken cancellationToken)
    {
        var body = new JsonObject { ["label"] = parsed.GetValue(Label), ["mode"] = parsed.GetValue(Mode), ["expiresAt"] = parsed.GetValue(ExpiresAt) };
        foreach (var (name, values) in new[] { ("scopes", parsed.GetValue(Scopes)), ("allowedIps", parsed.GetValue(AllowedIps)) })
        {
            if (values is { Length: > 0 })
            {
                body[name] = new JsonArray([.. values.Select(value => (JsonNode?)value)]);
            }
        }

        var path = $"/api/clients/{EngineOptions.Segment(parsed.GetValue(Code)!)}/keys";
        var made = (await api.AdminAsync(HttpMethod.Post, path, body, cancellationToken))["data"]!;
        output.WriteFields(("key", made["apiKey"]), ("key id", made["key"]!["keyId"]), ("mode", made["key"]!["mode"]));
    }

    private static async Task RevokeAsync(ParseResult parsed, EngineApi api, CommandOutput output, CancellationToken cancellationToken)
    {
        var path = $"/api/clients/{EngineOptions.Segment(parsed.GetValue(Code)!)}/keys/{EngineOptions.Segment(parsed.GetValue(KeyId)!)}";
        var key = (await api.AdminAsync(HttpMethod.Delete, path, body: null, cancellationToken))["data"]!;
        output.WriteFields(("key id", key["keyId"]), ("revoked at", key["revokedAt"]));
    }
}
