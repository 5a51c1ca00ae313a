using System.Net.Sockets;
using Ecodrix.Server.Configuration;
using Ecodrix.Server.Features.Tenants.FirstStart;
using Ecodrix.Server.Features.Tenants.Keys;
using Ecodrix.Storage;

namespace Ecodrix.Server.Commands;

/// <summary>The engine itself, started for one command on the files of a server that does not run.</summary>
/// <remarks>It listens on a socket file in a folder that only this user can enter, and takes a key that is made for this command.</remarks>
internal sealed class LocalEngine(WebApplication app, DirectoryInfo folder) : IAsyncDisposable
{
    /// <param name="address">Where no server answered, for the message.</param>
    /// <exception cref="CommandFailedException">The files are in use, or a setting is wrong.</exception>
    public static async Task<EngineApi> StartAsync(Uri address, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("ecodrix-");
        var socket = Path.Combine(folder.FullName, "engine.sock");
        var key = KeyText.NewToken();
        try
        {
            var app = EngineHost.Build(
                [],
                settings => settings with { ListenUrls = $"http://unix:{socket}", AdminKeys = [new AdminKey("command", key)] },
                Quieten);
            await app.StartAsync(cancellationToken);
            return new EngineApi(ClientOf(socket), () => key, new LocalEngine(app, folder));
        }
        catch (WrongSettingException wrong)
        {
            folder.Delete(recursive: true);
            throw new CommandFailedException($"No server answers at {address}, and none can be started here: {wrong.Message}");
        }
        catch (DatabaseUnavailableException held)
        {
            folder.Delete(recursive: true);
            throw new CommandFailedException($"No server answers at {address}, and its files cannot be opened: {held.Message}");
        }
    }

    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        folder.Delete(recursive: true);
    }

    /// <summary>A command makes no demo client and writes no log between its lines.</summary>
    private static void Quieten(WebApplicationBuilder builder)
    {
        builder.Logging.SetMinimumLevel(LogLevel.Error);
        foreach (var start in builder.Services.Where(service => service.ImplementationType == typeof(DemoStart)).ToList())
        {
            builder.Services.Remove(start);
        }
    }

    private static HttpClient ClientOf(string socket)
    {
        var handler = new SocketsHttpHandler
        {
            ConnectCallback = async (_, cancellationToken) =>
            {
                var connection = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                await connection.ConnectAsync(new UnixDomainSocketEndPoint(socket), cancellationToken);
                return new NetworkStream(connection, ownsSocket: true);
            },
        };
        return new HttpClient(handler) { BaseAddress = new Uri("http://localhost"), Timeout = EngineApi.Longest };
    }
}
