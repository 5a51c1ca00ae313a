using System.CommandLine;
using System.Text.Json.Nodes;

namespace Ecodrix.Server.Commands;

/// <summary>Makes, lists and suspends clients.</summary>
internal static class ClientCommands
{
    private const int PageSize = 200;

    private static readonly Argument<string> Name = new("name") { Description = "What the client is called." };

    private static readonly Argument<string> Code = new("code") { Description = "The client's code." };

    private static readonly Option<string?> WantedCode = new("--code") { Description = "The client's code; made from the name when left out." };

    private static readonly Option<string?> Email = new("--email") { Description = "Whom to write to." };

    private static readonly Option<string?> TimeZone = new("--time-zone") { Description = "An IANA time zone; Asia/Kolkata when left out." };

    private static readonly Option<string?> Region = new("--region") { Description = "The country whose numbers need no country code; IN when left out." };

    private static readonly Option<string?> Currency = new("--currency") { Description = "The currency of deals; INR when left out." };

    public static Command Describe(CommandOutput output) => new("clients", "Make, list and suspend clients.")
    {
        EngineOptions.Command(
            "create",
            """
            Make a client. Its keys are printed this once.

            Examples:
              ecodrix clients create "Acme Clinic"
              ecodrix clients create "Acme Clinic" --code ACME --time-zone Europe/Berlin --region DE --currency EUR
            """,
            [Name, WantedCode, Email, TimeZone, Region, Currency],
            (parsed, api, cancellationToken) => CreateAsync(parsed, api, output, cancellationToken)),
        EngineOptions.Command(
            "list",
            """
            List all clients.

            Examples:
              ecodrix clients list
              ecodrix clients list --url https://engine.example.com
            """,
            [],
            (_, api, cancellationToken) => ListAsync(api, output, cancellationToken)),
        EngineOptions.Command(
            "suspend",
            """
            Suspend a client: its calls are refused and its due work is held. Nothing is lost.

            Examples:
              ecodrix clients suspend ACME
            """,
            [Code],
            (parsed, api, cancellationToken) => SuspendAsync(parsed, api, output, cancellationToken)),
        MoveCommand.Describe(output),
    };

    private static async Task CreateAsync(ParseResult parsed, EngineApi api, CommandOutput output, CancellationToken cancellationToken)
    {
        var body = new JsonObject
        {
            ["name"] = parsed.GetValue(Name),
            ["clientCode"] = parsed.GetValue(WantedCode),
            ["email"] = parsed.GetValue(Email),
            ["timeZone"] = parsed.GetValue(TimeZone),
            ["region"] = parsed.GetValue(Region),
            ["currency"] = parsed.GetValue(Currency),
        };
        var made = (await api.AdminAsync(HttpMethod.Post, "/api/clients", body, cancellationToken))["data"]!;

        output.WriteFields(
            ("client code", made["clientCode"]),
            ("live key", made["apiKey"]),
            ("test key", made["testApiKey"]),
            ("webhook secret", made["webhookSecret"]));
    }

    private static async Task ListAsync(EngineApi api, CommandOutput output, CancellationToken cancellationToken)
    {
        var rows = new List<IReadOnlyList<string>>();
        for (var page = 1; rows.Count == (page - 1) * PageSize; page++)
        {
            var answer = await api.AdminAsync(HttpMethod.Get, $"/api/clients?page={page}&limit={PageSize}", body: null, cancellationToken);
            rows.AddRange(answer["data"]!.AsArray().Select(client => new[]
            {
                client!["clientCode"]!.ToString(), client["name"]!.ToString(), client["status"]!.ToString(), client["createdAt"]!.ToString(),
            }));
        }

        output.WriteTable(["code", "name", "status", "made"], rows);
    }

    private static async Task SuspendAsync(ParseResult parsed, EngineApi api, CommandOutput output, CancellationToken cancellationToken)
    {
        var path = $"/api/clients/{EngineOptions.Segment(parsed.GetValue(Code)!)}";
        var client = (await api.AdminAsync(HttpMethod.Patch, path, new JsonObject { ["status"] = "suspended" }, cancellationToken))["data"]!;
        output.WriteFields(("client code", client["clientCode"]), ("status", client["status"]));
    }
}
