using System.CommandLine;
using System.Text.Json.Nodes;
using Spectre.Console;

namespace Ecodrix.Server.Commands;

/// <summary>Moves a client's data to another database, through the running server.</summary>
internal static class MoveCommand
{
    private static readonly Argument<string> Code = new("code") { Description = "The client's code." };

    private static readonly Option<string> To = new("--to") { Description = "The address of a MongoDB database, or default for where most clients' are.", Required = true };

    public static Command Describe(CommandOutput output) => EngineOptions.Command(
        "move",
        """
        Move a client's data to another database. It works on while they are copied, and waits for the moment of the switch.

        Interrupted, it goes on when it is repeated.

        Examples:
          ecodrix clients move ACME --to mongodb+srv://user:password@cluster.example.com/acme
          ecodrix clients move ACME --to default
        """,
        [Code, To],
        (parsed, api, cancellationToken) => RunAsync(parsed, api, output, cancellationToken));

    private static Task RunAsync(ParseResult parsed, EngineApi api, CommandOutput output, CancellationToken cancellationToken)
    {
        var path = $"/api/clients/{EngineOptions.Segment(parsed.GetValue(Code)!)}/move";
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(output.Out) });
        return console.Progress().AutoClear(true).StartAsync(async progress =>
        {
            var bar = progress.AddTask("documents");
            JsonNode answer;
            do
            {
                answer = (await api.AdminAsync(HttpMethod.Post, path, new JsonObject { ["to"] = parsed.GetValue(To) }, cancellationToken))["data"]!;
                bar.MaxValue = Math.Max(1, answer["total"]!.GetValue<long>());
                bar.Value = answer["copied"]!.GetValue<long>();
            }
            while (answer["state"]!.GetValue<string>() is not "done");

            output.WriteFields(("client code", answer["clientCode"]), ("documents", answer["copied"]), ("state", answer["state"]));
        });
    }
}
