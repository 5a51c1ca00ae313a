using System.Globalization;
using System.Text.Json.Nodes;
using Spectre.Console;

namespace Ecodrix.Server.Commands.Listening;

/// <summary>What a person sees who listens: a line for each callback and what became of it here.</summary>
internal sealed class ListenScreen
{
    private const int Wide = 400;

    private readonly IAnsiConsole console;

    public ListenScreen(TextWriter writer)
    {
        // Colours are for a terminal alone.
        var ansi = ReferenceEquals(writer, Console.Out) ? AnsiSupport.Detect : AnsiSupport.No;
        console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = ansi, Out = new AnsiConsoleOutput(writer) });
        console.Profile.Width = Math.Max(console.Profile.Width, Wide); // Terminals fold long lines themselves.
    }

    public void Began(string code, string mode, Uri receiver)
    {
        console.MarkupLineInterpolated(CultureInfo.InvariantCulture, $"Listening for [bold]{code}[/] in [bold]{mode}[/] mode. Each attempt of a callback goes to [bold]{receiver}[/] too. Ctrl+C ends it.");
        console.MarkupLineInterpolated(CultureInfo.InvariantCulture, $"[grey]Only a trigger that names a callbackUrl, or a callback action, has a callback. Your own receivers go on getting theirs.[/]");
    }

    /// <param name="callback">What the server told.</param>
    public void Forwarded(JsonNode callback, ForwardResult here)
    {
        var outcome = here.StatusCode is { } status
            ? string.Create(CultureInfo.InvariantCulture, $"{status} in {here.Took.TotalMilliseconds:0} ms")
            : here.Problem!;
        var there = callback["receiver"]!;
        var (sign, colour) = here.IsTaken ? ("✓", "green") : ("✗", "red");
        console.MarkupLine(
            $"[grey]{Now()}[/] [{colour}]{sign} {Plain(outcome)}[/]  callback {Plain(callback["callbackLogId"])}  event {Plain(callback["eventLogId"])}  "
            + $"attempt {Plain(callback["attempt"])}  [grey]{Plain(callback["url"])}: {Plain(there["statusCode"] ?? there["error"])}[/]");
    }

    public void Lost(string why, TimeSpan wait) =>
        console.MarkupLineInterpolated(CultureInfo.InvariantCulture, $"[grey]{Now()}[/] [yellow]The connection is lost: {why} Trying again in {wait.TotalSeconds} s.[/]");

    public void IsBack() => console.MarkupLineInterpolated(CultureInfo.InvariantCulture, $"[grey]{Now()}[/] [green]Listening again.[/]");

    /// <param name="log">A callback as the API shows it.</param>
    public void Missed(JsonNode log) =>
        console.MarkupLineInterpolated(CultureInfo.InvariantCulture, $"[grey]{Now()}[/] [yellow]Missed[/] callback {log["_id"]}  event {log["eventLogId"]}. To get it: POST /api/saas/callbacks/logs/{log["_id"]}/resend (your own receiver gets it again too)");

    public void MissedUnknown() =>
        console.MarkupLineInterpolated(CultureInfo.InvariantCulture, $"[grey]{Now()}[/] [yellow]What was missed is not kept any more; GET /api/saas/callbacks/logs lists all callbacks.[/]");

    private static string Now() => TimeProvider.System.GetLocalNow().ToString("HH:mm:ss", CultureInfo.InvariantCulture);

    /// <summary>Neither markup nor what would steer the terminal.</summary>
    private static string Plain(object? value) => Markup.Escape(string.Concat((value?.ToString() ?? "").Where(letter => !char.IsControl(letter))));
}
