using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;

namespace Ecodrix.Server.Commands;

/// <summary>Prints the links of the page on which a client is watched at work.</summary>
internal static class LiveCommand
{
    private const int MostHours = 24;

    private static readonly Argument<string> Code = new("code") { Description = "The client's code." };

    private static readonly Option<int> Hours = new("--hours") { Description = "How long the links work, at most 24.", DefaultValueFactory = _ => MostHours };

    public static Command Describe(CommandOutput output)
    {
        var command = EngineOptions.RunningCommand(
            "live",
            """
            Print links to the page that shows a client's events, runs, messages and callbacks as they come.

            A link holds a token that ends by itself, and no key. Each comes of a key of its own, labelled "live page":
            revoke that, and the link ends at once.

            Examples:
              ecodrix live ACME
              ecodrix live ACME --hours 1 --url https://engine.example.com
            """,
            [Code, Hours],
            (parsed, api, cancellationToken) => RunAsync(parsed, api, output, cancellationToken));
        command.Validators.Add(parsed =>
        {
            if (parsed.GetResult(Hours) is { Tokens: [var given] }
                && !(int.TryParse(given.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var hours) && hours is >= 1 and <= MostHours))
            {
                parsed.AddError("--hours is a whole number from 1 to 24.");
            }
        });
        return command;
    }

    private static async Task RunAsync(ParseResult parsed, EngineApi api, CommandOutput output, CancellationToken cancellationToken)
    {
        var code = parsed.GetValue(Code)!;
        var life = TimeSpan.FromHours(parsed.GetValue(Hours));
        var live = await LinkAsync(api, code, isLive: true, life, cancellationToken);
        var test = await LinkAsync(api, code, isLive: false, life, cancellationToken);
        output.WriteFields(("live mode", live), ("test mode", test));
    }

    private static async Task<string> LinkAsync(EngineApi api, string code, bool isLive, TimeSpan life, CancellationToken cancellationToken)
    {
        var (key, _) = await ClientKeys.MakeAsync(api, code, ("live page", isLive, life), cancellationToken);
        var body = new JsonObject { ["expiresInSeconds"] = life.TotalSeconds };
        var token = (await api.ClientAsync(HttpMethod.Post, "/api/saas/realtime/token", body, key, cancellationToken))["data"]!["token"];
        return new Uri(api.Address, $"/live#token={token}").AbsoluteUri;
    }
}
