using Ecodrix.Server.Configuration;
using Ecodrix.Server.Features.Tenants.FirstStart;

namespace Ecodrix.Server.Commands;

/// <summary>Finds the engine that a command speaks to (15-semantics, "Command line").</summary>
/// <remarks>
/// The running server, by <c>--url</c>, else <c>ECODRIX_URL</c>, else the development address. Only when none answers at
/// an address that nobody named on the command line, and the files are free, does the command open them itself.
/// </remarks>
internal static class EngineConnection
{
    private const string DevelopmentUrl = "http://127.0.0.1:4000";

    private const string DevelopmentDatabase = "data/services.db";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <param name="url">What <c>--url</c> says; null when it was not given.</param>
    /// <param name="mayOpenFiles">False for what makes sense with a running server only.</param>
    /// <exception cref="CommandFailedException">Nobody answers.</exception>
    public static async Task<EngineApi> OpenAsync(string? url, bool mayOpenFiles, CancellationToken cancellationToken)
    {
        var configuration = new ConfigurationBuilder().AddEnvironmentVariables().Build();
        var values = new SettingValues(configuration);
        var address = AddressOf(url ?? values.Text("ECODRIX_URL") ?? DevelopmentUrl);

        if (await AnswersAsync(address, cancellationToken))
        {
            return new EngineApi(new HttpClient { BaseAddress = address, Timeout = EngineApi.Longest }, () => AdminKeyOf(values), local: null);
        }

        return url is null && mayOpenFiles
            ? await LocalEngine.StartAsync(address, cancellationToken)
            : throw new CommandFailedException($"No server answers at {address}.{(url is null ? " Start it, or say where it is with --url." : "")}");
    }

    /// <exception cref="CommandFailedException">It is no address of a server.</exception>
    public static Uri AddressOf(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme is "http" or "https"
            ? address
            : throw new CommandFailedException("The server's address must be an http or https URL, such as http://127.0.0.1:4000.");

    private static async Task<bool> AnswersAsync(Uri address, CancellationToken cancellationToken)
    {
        using var http = new HttpClient { BaseAddress = address, Timeout = Patience };
        try
        {
            using var response = await http.GetAsync(new Uri("/health/live", UriKind.Relative), cancellationToken);
            return true;
        }
        catch (HttpRequestException)
        {
            return false;
        }
        catch (TaskCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new CommandFailedException($"The server at {address} does not answer within {Patience.TotalSeconds:0} seconds.");
        }
    }

    private static string AdminKeyOf(SettingValues values)
    {
        var first = values.Text("ECODRIX_ADMIN_KEY")?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).FirstOrDefault();
        return first is not null
            ? first[(first.IndexOf(':', StringComparison.Ordinal) + 1)..]
            : DevelopmentKeys.FindAdminKey(values.Text("ECODRIX_DATABASE") ?? DevelopmentDatabase)
                ?? throw new CommandFailedException("No admin key is known here: set ECODRIX_ADMIN_KEY to one of the server's, or run this where a development server keeps its data folder.");
    }
}
