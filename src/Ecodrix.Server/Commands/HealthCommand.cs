using System.CommandLine;
using Ecodrix.Server.Configuration;

namespace Ecodrix.Server.Commands;

/// <summary>Asks a running server whether it lives: the health check of a container that holds no other program.</summary>
/// <remarks>Unlike other commands it needs no key and never opens files itself.</remarks>
internal static class HealthCommand
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(4);

    private static readonly Option<string?> Url = new("--url")
    {
        Description = "The server's address; else ECODRIX_URL, else this machine's at PORT, else http://127.0.0.1:4000.",
        HelpName = "address",
    };

    public static Command Describe(CommandOutput output)
    {
        var command = new Command(
            "health",
            """
            Ask a running server whether it lives. Exit code 0 means that it does, 1 that it does not answer.

            Examples:
              ecodrix health
              ecodrix health --url https://engine.example.com
            """)
        { Url };
        command.SetAction((parsed, cancellationToken) => AskAsync(AddressOf(parsed.GetValue(Url)), output, cancellationToken));
        return command;
    }

    private static async Task<int> AskAsync(Uri address, CommandOutput output, CancellationToken cancellationToken)
    {
        using var http = new HttpClient { BaseAddress = address, Timeout = Patience };
        try
        {
            using var response = await http.GetAsync(new Uri("/health/live", UriKind.Relative), cancellationToken);
            if (!response.IsSuccessStatusCode)
            {
                throw new CommandFailedException($"The server at {address} answers {(int)response.StatusCode}.");
            }

            await output.Out.WriteLineAsync("alive");
            return ExitCode.Done;
        }
        catch (Exception silence) when (silence is HttpRequestException or TaskCanceledException && !cancellationToken.IsCancellationRequested)
        {
            throw new CommandFailedException($"No server answers at {address}.");
        }
    }

    private static Uri AddressOf(string? given)
    {
        var values = new SettingValues(new ConfigurationBuilder().AddEnvironmentVariables().Build());
        return EngineConnection.AddressOf(given ?? values.Text("ECODRIX_URL") ?? $"http://127.0.0.1:{values.Text("PORT") ?? "4000"}");
    }
}
