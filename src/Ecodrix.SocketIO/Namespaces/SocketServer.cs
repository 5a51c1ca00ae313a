using Ecodrix.SocketIO.Adapters;
using Ecodrix.SocketIO.Clocks;
using Ecodrix.SocketIO.EngineIO;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Ecodrix.SocketIO.Namespaces;

/// <summary>All namespaces of this node and the paths they are served on. Starts the adapters with the host and says goodbye when it stops.</summary>
internal sealed class SocketServer : ISocketServer, IEngineApplication, IHostedLifecycleService, IAsyncDisposable
{
    private static readonly TimeSpan CoarsestTimer = TimeSpan.FromMilliseconds(5);

    private readonly Lazy<Dictionary<string, SocketNamespace>> _namespaces;
    private readonly List<EngineServer> _engines = [];
    private readonly TimeProvider _clock;

    public SocketServer(IOptions<SocketIOOptions> options, IServiceProvider services, ILogger<SocketServer> logger)
    {
        Options = options.Value;
        _clock = services.GetService<TimeProvider>() ?? TimeProvider.System;
        var finest = Options.PingTimeout / 100;
        Deadlines = new Deadlines(_clock, finest < CoarsestTimer ? finest : CoarsestTimer, logger);

        // Not before the first use: a hub may itself ask for the server.
        _namespaces = new(() => Make(services, logger));
    }

    public SocketIOOptions Options { get; }

    public Deadlines Deadlines { get; }

    /// <summary>The connections of each path.</summary>
    public IReadOnlyList<EngineServer> Engines => _engines;

    public SocketTarget Target => _namespaces.Value["/"].Target;

    public ISocketNamespace Of(string name) =>
        Find(name) ?? throw new ArgumentException($"No namespace '{name}' was added.", nameof(name));

    /// <returns>Null for a namespace that was not added.</returns>
    public SocketNamespace? Find(string name) => _namespaces.Value.GetValueOrDefault(name);

    public IEngineReceiver Open(IEngineConnection connection)
    {
        var client = new SocketClient(this, connection);
        Deadlines.SetAfter(client, Options.ConnectTimeout);
        return client;
    }

    /// <summary>The connections of one more path.</summary>
    public EngineServer Serve(IEngineApplication application)
    {
        var engine = new EngineServer(Options, application, Deadlines, _clock);
        _engines.Add(engine);
        return engine;
    }

    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        foreach (var space in _namespaces.Value.Values)
        {
            await space.Adapter.StartAsync(cancellationToken);
        }
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Before the web server stops: it would wait for the open connections otherwise.</summary>
    public Task StoppingAsync(CancellationToken cancellationToken)
    {
        _engines.ForEach(engine => engine.Stop());
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        if (_namespaces.IsValueCreated)
        {
            foreach (var space in _namespaces.Value.Values)
            {
                await space.Adapter.DisposeAsync();
            }
        }

        Deadlines.Dispose();
    }

    private Dictionary<string, SocketNamespace> Make(IServiceProvider services, ILogger logger)
    {
        var adapters = services.GetRequiredService<ISocketAdapterFactory>();
        var added = services.GetServices<AddedNamespace>().ToDictionary(
            space => space.Name, space => (SocketHub)services.GetRequiredService(space.Hub), StringComparer.Ordinal);
        added.TryAdd("/", new SilentHub());
        return added.ToDictionary(
            space => space.Key, space => new SocketNamespace(this, space.Key, space.Value, adapters, logger), StringComparer.Ordinal);
    }
}

/// <summary>A namespace that the host has added.</summary>
internal sealed record AddedNamespace(string Name, Type Hub);
