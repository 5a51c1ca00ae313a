using System.CommandLine;
using Ecodrix.Server.Configuration;
using Ecodrix.Storage;

namespace Ecodrix.Server.Commands;

/// <summary>Runs the server until it is told to stop.</summary>
internal static class ServeCommand
{
    public static Command Describe() => new(
        "serve",
        """
        Run the server. This is what happens without a command, too.

        Settings come from the environment; see docs/configuration.md.

        Examples:
          ecodrix serve
          ECODRIX_ADMIN_KEY=ops:… PORT=8080 ecodrix serve
        """);

    public static async Task<int> RunAsync(string[] args, CommandOutput output)
    {
        try
        {
            await using var app = EngineHost.Build(args);
            await app.RunAsync();
            return ExitCode.Done;
        }
        catch (Exception refusal) when (refusal is WrongSettingException or DatabaseUnavailableException)
        {
            await output.Error.WriteLineAsync(refusal.Message);
            return ExitCode.Failed;
        }
    }
}
