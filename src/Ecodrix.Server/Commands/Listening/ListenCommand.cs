using System.CommandLine;

namespace Ecodrix.Server.Commands.Listening;

/// <summary>Streams a client's callbacks to a developer's machine.</summary>
internal static class ListenCommand
{
    private static readonly TimeSpan KeyLife = TimeSpan.FromHours(24);

    private static readonly Option<string> ForwardTo = new("--forward-to") { Description = "Where callbacks go, such as http://localhost:3000/callback.", Required = true, HelpName = "url" };

    private static readonly Option<bool> Live = new("--live") { Description = "Listen to the live client when no key is given. Test mode otherwise." };

    public static Command Describe(CommandOutput output)
    {
        var command = EngineOptions.RunningCommand(
            "listen",
            """
            Forward a client's callbacks to a receiver on this machine, with their bytes and signatures intact.

            The client's own receivers go on getting theirs. Only a trigger that names a callbackUrl, or a callback action,
            has a callback: without one there is nothing to forward.

            Examples:
              ecodrix listen --forward-to http://localhost:3000/callback
              ecodrix listen --forward-to http://localhost:3000/callback --client ACME --key erix_test_… --url https://engine.example.com
            """,
            [ForwardTo, ClientKeys.Client, ClientKeys.ApiKey, Live],
            (parsed, api, cancellationToken) => RunAsync(parsed, api, output, cancellationToken));
        command.Validators.Add(parsed =>
        {
            if (parsed.GetResult(ForwardTo) is { Tokens: [var given] } && ReceiverOf(given.Value) is null)
            {
                parsed.AddError("--forward-to is an http or https address, such as http://localhost:3000/callback.");
            }
        });
        return command;
    }

    private static async Task RunAsync(ParseResult parsed, EngineApi api, CommandOutput output, CancellationToken cancellationToken)
    {
        using var forwarder = new Forwarder(ReceiverOf(parsed.GetValue(ForwardTo)!)!);
        try
        {
            await ClientKeys.UseAsync(
                parsed,
                api,
                ("listen command", parsed.GetValue(Live), KeyLife),
                key => new ListenSession(api, key, forwarder, new ListenScreen(output.Out), TimeProvider.System).RunAsync(cancellationToken),
                cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Ctrl+C is how it ends.
        }
    }

    private static Uri? ReceiverOf(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme is "http" or "https" ? address : null;
}
