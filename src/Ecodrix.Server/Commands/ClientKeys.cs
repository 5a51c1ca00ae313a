using System.CommandLine;
using System.Text.Json.Nodes;
using Ecodrix.Storage;

namespace Ecodrix.Server.Commands;

/// <summary>Which client a command acts for, and with which key: one that is given, else one that is made for the command and revoked.</summary>
internal static class ClientKeys
{
    public static readonly Option<string?> Client = new("--client") { Description = "The client's code; may be left out when there is one client only." };

    public static readonly Option<string?> ApiKey = new("--api-key", "--key") { Description = "A key of the client; else ECODRIX_API_KEY, else one is made for this command and revoked." };

    /// <param name="made">Of a key that is made: what it is called in the client's list, its mode, and when it ends by itself, should the command die.</param>
    public static async Task UseAsync(
        ParseResult parsed, EngineApi api, (string Label, bool IsLive, TimeSpan Life) made, Func<ClientKey, Task> use, CancellationToken cancellationToken)
    {
        var code = parsed.GetValue(Client) ?? await OnlyClientAsync(api, cancellationToken);
        if ((parsed.GetValue(ApiKey) ?? Environment.GetEnvironmentVariable("ECODRIX_API_KEY")) is { } given)
        {
            await use(new ClientKey(code, given));
            return;
        }

        await UseNewAsync(api, code, made, use, cancellationToken);
    }

    /// <summary>With a key that is made for it and revoked.</summary>
    /// <param name="made">As above.</param>
    public static async Task UseNewAsync(
        EngineApi api, string code, (string Label, bool IsLive, TimeSpan Life) made, Func<ClientKey, Task> use, CancellationToken cancellationToken)
    {
        var (key, keyId) = await MakeAsync(api, code, made, cancellationToken);
        try
        {
            await use(key);
        }
        finally
        {
            // Not the command's token: the key is revoked when the command is interrupted, too.
            await api.AdminAsync(HttpMethod.Delete, $"{PathOf(code)}/{keyId}", body: null, CancellationToken.None);
        }
    }

    /// <summary>Makes a key that ends by itself.</summary>
    public static async Task<(ClientKey Key, string KeyId)> MakeAsync(
        EngineApi api, string code, (string Label, bool IsLive, TimeSpan Life) wanted, CancellationToken cancellationToken)
    {
        var body = new JsonObject
        {
            ["label"] = wanted.Label,
            ["mode"] = wanted.IsLive ? "live" : "test",
            ["expiresAt"] = Instants.Write(TimeProvider.System.GetUtcNow() + wanted.Life),
        };
        var made = (await api.AdminAsync(HttpMethod.Post, PathOf(code), body, cancellationToken))["data"]!;
        return (new ClientKey(code, made["apiKey"]!.ToString()), made["key"]!["keyId"]!.ToString());
    }

    private static string PathOf(string code) => $"/api/clients/{EngineOptions.Segment(code)}/keys";

    private static async Task<string> OnlyClientAsync(EngineApi api, CancellationToken cancellationToken)
    {
        var clients = (await api.AdminAsync(HttpMethod.Get, "/api/clients?status=active&limit=2", body: null, cancellationToken))["data"]!.AsArray();
        return clients is [{ } only]
            ? only["clientCode"]!.ToString()
            : throw new CommandFailedException(clients.Count == 0 ? "There is no active client. Make one: ecodrix clients create." : "There are several clients: say which with --client.");
    }
}
