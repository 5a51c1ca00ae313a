using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Ecodrix.Storage;

namespace Ecodrix.Server.Commands;

/// <summary>Says what becomes of what a restored server keeps from leaving.</summary>
internal static class ReleaseCommand
{
    private static readonly Option<DateTimeOffset?> DueBefore = new("--due-before")
    {
        Description = "What was owed earlier than this: a time such as 2026-03-15T09:30:00Z, or now.",
        Required = true,
        CustomParser = result =>
        {
            var text = result.Tokens.Single().Value;
            if (text is "now")
            {
                return TimeProvider.System.GetUtcNow();
            }

            if (Instants.TryParse(text, out var time))
            {
                return time;
            }

            result.AddError("--due-before must be a time with an offset, such as 2026-03-15T09:30:00Z, or now.");
            return null;
        },
    };

    private static readonly Option<string?> Client = new("--client") { Description = "Only this client's." };

    private static readonly Option<bool> Skip = new("--skip") { Description = "It had left before the loss: it never leaves again." };

    private static readonly string[] Kinds = ["whatsApp", "email", "meetings", "callbacks"];

    private static readonly Option<bool> Yes = new("--yes") { Description = "Do not ask." };

    public static Command Describe(CommandOutput output) => EngineOptions.Command(
        "release",
        """
        Release what a hold keeps from leaving after a restore, or skip it. Counts are shown first.

        Skip what was owed before the loss, then release the rest; releasing everybody's up to now ends the hold.

        Examples:
          ecodrix release --due-before 2026-03-15T09:30:00Z --skip
          ecodrix release --due-before now --client ACME
          ecodrix release --due-before now --yes
        """,
        [DueBefore, Client, Skip, Yes],
        (parsed, api, cancellationToken) => RunAsync(parsed, api, output, cancellationToken));

    private static async Task RunAsync(ParseResult parsed, EngineApi api, CommandOutput output, CancellationToken cancellationToken)
    {
        var counted = await AskAsync(parsed, api, isDry: true, cancellationToken);
        ShowCounts(counted["counts"]!.AsArray(), output);
        if (!parsed.GetValue(Yes) && !await IsConfirmedAsync(parsed, output, cancellationToken))
        {
            throw new CommandFailedException("Nothing was changed.");
        }

        var done = await AskAsync(parsed, api, isDry: false, cancellationToken);
        output.WriteFields(
            (parsed.GetValue(Skip) ? "skipped" : "released", JsonValue.Create(Total(done["counts"]!.AsArray()))),
            ("hold", JsonValue.Create(done["isHeld"]!.GetValue<bool>() ? "in force" : "ended")));
    }

    private static async Task<JsonNode> AskAsync(ParseResult parsed, EngineApi api, bool isDry, CancellationToken cancellationToken)
    {
        var body = new JsonObject
        {
            ["dueBefore"] = Instants.Write(parsed.GetValue(DueBefore)!.Value),
            ["client"] = parsed.GetValue(Client),
            ["skip"] = parsed.GetValue(Skip),
            ["dryRun"] = isDry,
            ["end"] = IsAll(parsed),
        };
        return (await api.AdminAsync(HttpMethod.Post, "/api/admin/release", body, cancellationToken))["data"]!;
    }

    /// <summary>By its own clock the server might not be there yet.</summary>
    private static bool IsAll(ParseResult parsed) =>
        parsed.GetResult(DueBefore)?.Tokens is [{ Value: "now" }] && !parsed.GetValue(Skip) && parsed.GetValue(Client) is null;

    private static void ShowCounts(JsonArray counts, CommandOutput output)
    {
        foreach (var count in counts)
        {
            output.Out.WriteLine($"{count!["clientCode"]} {count["mode"]}: {count["whatsApp"]} WhatsApp, {count["email"]} mail, {count["meetings"]} meetings, {count["callbacks"]} callbacks, owed since {count["earliestAt"]}");
        }

        if (counts.Count == 0)
        {
            output.Out.WriteLine("Nothing that was owed before is held, as far as it has been come to.");
        }
    }

    private static int Total(JsonArray counts) => counts.Sum(count => Kinds.Sum(name => count![name]!.GetValue<int>()));

    private static async Task<bool> IsConfirmedAsync(ParseResult parsed, CommandOutput output, CancellationToken cancellationToken)
    {
        var who = parsed.GetValue(Client) is { } client ? $"of {client} " : "";
        var what = parsed.GetValue(Skip) ? "never leaves" : "leaves now";
        await output.Out.WriteAsync(string.Create(CultureInfo.InvariantCulture, $"What {who}was owed before {Instants.Write(parsed.GetValue(DueBefore)!.Value)} {what}. Go on? [y/N] ").AsMemory(), cancellationToken);
        return (await output.In.ReadLineAsync(cancellationToken))?.Trim().ToLowerInvariant() is "y" or "yes";
    }
}
