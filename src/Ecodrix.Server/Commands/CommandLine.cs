using System.CommandLine;
using Ecodrix.Server.Commands.Listening;

namespace Ecodrix.Server.Commands;

/// <summary>The program's commands: read this file to know what it can do. Without one it serves.</summary>
internal static class CommandLine
{
    private const string ServeName = "serve";

    private static readonly string[] Questions = ["--help", "-h", "-?", "--version"];

    /// <returns>One of <see cref="ExitCode"/>.</returns>
    public static async Task<int> RunAsync(string[] args, CommandOutput output)
    {
        if (Serves(args))
        {
            return await ServeCommand.RunAsync([.. args.SkipWhile(arg => arg is ServeName)], output);
        }

        var parsed = Root(output).Parse(args);
        if (parsed.Errors.Count > 0)
        {
            foreach (var error in parsed.Errors)
            {
                await output.Error.WriteLineAsync(error.Message);
            }

            await output.Error.WriteLineAsync("Add --help to see how it is used.");
            return ExitCode.WrongUsage;
        }

        try
        {
            return await parsed.InvokeAsync(new InvocationConfiguration { Output = output.Out, Error = output.Error, EnableDefaultExceptionHandler = false });
        }
        catch (CommandFailedException failure)
        {
            await output.Error.WriteLineAsync(failure.Message);
            return ExitCode.Failed;
        }
    }

    /// <summary>Options in front of everything are the server's, such as <c>--urls</c>.</summary>
    private static bool Serves(string[] args) =>
        !args.Intersect(Questions, StringComparer.Ordinal).Any()
        && (args.Length == 0 || args[0] is ServeName || args[0].StartsWith("--", StringComparison.Ordinal));

    private static RootCommand Root(CommandOutput output) => new("The ECODrIx engine. Without a command it serves.")
    {
        ServeCommand.Describe(),
        HealthCommand.Describe(output),
        DoctorCommand.Describe(output),
        ClientCommands.Describe(output),
        KeyCommands.Describe(output),
        SecretCommands.Describe(output),
        TriggerCommand.Describe(output),
        LiveCommand.Describe(output),
        ListenCommand.Describe(output),
        BackupCommand.Describe(output),
        ReleaseCommand.Describe(output),
        MigrateCommand.Describe(output),
    };
}
