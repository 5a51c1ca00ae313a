using System.Net;
using System.Text.Json.Nodes;
using Ecodrix.SocketIO.Namespaces;
using Ecodrix.SocketIO.Redis;
using Ecodrix.SocketIO.Tests.Wire;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Ecodrix.SocketIO.Tests.Redis;

/// <summary>A node of this library behind a real Kestrel, with the Redis adapter.</summary>
internal sealed class RedisNode : IAsyncDisposable
{
    private readonly WebApplication _app;

    private RedisNode(WebApplication app, LogKeeper log) => (_app, Log) = (app, log);

    public string Url => _app.Urls.Single();

    /// <summary>Warnings and errors.</summary>
    public LogKeeper Log { get; }

    public ISocketServer Sockets => _app.Services.GetRequiredService<ISocketServer>();

    public RedisFigures Figures => _app.Services.GetRequiredService<RedisFigures>();

    public RedisLink Link => _app.Services.GetRequiredService<RedisLink>();

    public PeerHub Hub => _app.Services.GetRequiredService<PeerHub>();

    public CustomPeerHub CustomHub => _app.Services.GetRequiredService<CustomPeerHub>();

    /// <summary>Where Redis runs: back once this node listens there, however long the machine takes; the node itself goes on alone after 1.5 s.</summary>
    public static async Task<RedisNode> StartAsync(
        string address, string key, Action<RedisAdapterOptions>? redis = null, Action<SocketIOOptions>? sockets = null)
    {
        var node = await StartAloneAsync(address, key, redis, sockets);
        foreach (var space in (string[])["/", "/custom"])
        {
            await Eventually.IsTrueAsync(async () => await node.Link.CountAsync(new RedisChannels(key, space, node.Adapter(space).Uid).Requests) is not null);
        }

        return node;
    }

    /// <summary>Where Redis is away.</summary>
    public static async Task<RedisNode> StartAloneAsync(
        string address, string key, Action<RedisAdapterOptions>? redis = null, Action<SocketIOOptions>? sockets = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        var log = new LogKeeper(LogLevel.Warning);
        builder.Logging.ClearProviders().AddProvider(log).SetMinimumLevel(LogLevel.Warning);
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        builder.Services.AddSocketIO(sockets)
            .AddRedisAdapter(options =>
            {
                (options.ConnectionString, options.Key) = (address, key);
                redis?.Invoke(options);
            })
            .AddNamespace<PeerHub>("/")
            .AddNamespace<CustomPeerHub>("/custom");
        var app = builder.Build();
        app.MapSocketIO();
        await app.StartAsync();
        return new RedisNode(app, log);
    }

    public RedisAdapter Adapter(string space = "/") => (RedisAdapter)_app.Services.GetRequiredService<SocketServer>().Find(space)!.Adapter;

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}

/// <summary>What the Node peer's server does too.</summary>
internal class PeerHub : SocketHub
{
    private readonly List<string> _heard = [];

    public PeerHub()
    {
        OnServer("told", arguments =>
        {
            lock (_heard)
            {
                _heard.Add(new JsonArray([.. arguments.Select(argument => argument?.DeepClone())]).ToJsonString());
            }

            return Task.FromResult<object?>(null);
        });
        OnServer("sum", arguments =>
            Task.FromResult<object?>(arguments.TryGet<int>(0, out var a) && arguments.TryGet<int>(1, out var b) ? a + b : null));
    }

    public IReadOnlyList<string> Heard
    {
        get
        {
            lock (_heard)
            {
                return [.. _heard];
            }
        }
    }

    protected override Task OnConnectAsync(Socket socket)
    {
        socket.Data["from"] = "net";
        return Task.CompletedTask;
    }
}

/// <summary>The second namespace's hub; a type of its own because the container knows hubs by type.</summary>
internal sealed class CustomPeerHub : PeerHub;
