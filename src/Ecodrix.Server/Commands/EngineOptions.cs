using System.CommandLine;

namespace Ecodrix.Server.Commands;

/// <summary>What every command that speaks to the engine takes.</summary>
internal static class EngineOptions
{
    public static readonly Option<string?> Url = new("--url")
    {
        Description = "The server's address; else ECODRIX_URL, else http://127.0.0.1:4000. Without a server the command opens the files itself.",
        HelpName = "address",
    };

    private static readonly Option<string?> RunningUrl = new("--url")
    {
        Description = "The server's address; else ECODRIX_URL, else http://127.0.0.1:4000.",
        HelpName = "address",
    };

    /// <summary>Makes a command of a description with examples, what it takes, and what it does.</summary>
    public static Command Command(
        string name, string description, IEnumerable<Symbol> takes, Func<ParseResult, EngineApi, CancellationToken, Task> run) =>
        Make(new Command(name, description), Url, takes, run);

    /// <summary>Makes a command that makes sense with a running server only.</summary>
    public static Command RunningCommand(
        string name, string description, IEnumerable<Symbol> takes, Func<ParseResult, EngineApi, CancellationToken, Task> run) =>
        Make(new Command(name, description), RunningUrl, takes, run);

    /// <summary>A path segment of what somebody typed.</summary>
    public static string Segment(string text) => Uri.EscapeDataString(text);

    private static Command Make(
        Command command, Option<string?> url, IEnumerable<Symbol> takes, Func<ParseResult, EngineApi, CancellationToken, Task> run)
    {
        command.Add(url);
        foreach (var symbol in takes)
        {
            if (symbol is Argument argument)
            {
                command.Add(argument);
            }
            else
            {
                command.Add((Option)symbol);
            }
        }

        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var api = await EngineConnection.OpenAsync(parsed.GetValue(url), mayOpenFiles: url == Url, cancellationToken);
            await run(parsed, api, cancellationToken);
            return ExitCode.Done;
        });
        return command;
    }
}
