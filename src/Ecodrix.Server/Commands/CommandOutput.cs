using System.Text.Json.Nodes;
using Spectre.Console;

namespace Ecodrix.Server.Commands;

/// <summary>Where commands write: results to one stream, complaints to the other.</summary>
internal sealed record CommandOutput(TextWriter Out, TextWriter Error)
{
    public static readonly CommandOutput Process = new(Console.Out, Console.Error);

    /// <summary>Where a question is answered.</summary>
    public TextReader In { get; init; } = Console.In;

    /// <summary>Writes lines of a name and a value; plain, so that they can be cut out by other programs.</summary>
    public void WriteFields(params IReadOnlyList<(string Name, JsonNode? Value)> fields)
    {
        var width = fields.Max(field => field.Name.Length);
        foreach (var (name, value) in fields)
        {
            Out.WriteLine($"{name.PadRight(width)}  {value}");
        }
    }

    public void WriteTable(IReadOnlyList<string> columns, IEnumerable<IReadOnlyList<string>> rows)
    {
        var table = new Table().Border(TableBorder.Simple);
        foreach (var column in columns)
        {
            table.AddColumn(new TableColumn(column.EscapeMarkup()).NoWrap());
        }

        foreach (var row in rows)
        {
            table.AddRow([.. row.Select(cell => cell.EscapeMarkup())]);
        }

        AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Out) }).Write(table);
    }
}

/// <summary>What a command tells the shell.</summary>
internal static class ExitCode
{
    public const int Done = 0;

    public const int Failed = 1;

    public const int WrongUsage = 2;
}

/// <summary>A command cannot go on; the message is what the person at the terminal reads.</summary>
internal sealed class CommandFailedException(string message) : Exception(message);
