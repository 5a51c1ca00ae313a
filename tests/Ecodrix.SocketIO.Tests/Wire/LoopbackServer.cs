using System.Net;
using Ecodrix.SocketIO.EngineIO;
using Ecodrix.SocketIO.Namespaces;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace Ecodrix.SocketIO.Tests.Wire;

/// <summary>The library behind a real Kestrel on a loopback port.</summary>
internal sealed class LoopbackServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private LoopbackServer(WebApplication app, LogKeeper log)
    {
        (_app, Log) = (app, log);
        Address = new Uri(app.Urls.Single());
        Http = new HttpClient { BaseAddress = Address };
    }

    public Uri Address { get; }

    public HttpClient Http { get; }

    public LogKeeper Log { get; }

    public ISocketServer Sockets => _app.Services.GetRequiredService<ISocketServer>();

    public SocketServer Server => _app.Services.GetRequiredService<SocketServer>();

    public EngineServer Engine => Server.Engines[0];

    public static async Task<LoopbackServer> StartAsync(
        Action<SocketIOOptions>? configure = null, Action<TestHub>? main = null, Action<TestHub>? custom = null, TimeProvider? clock = null, string customName = "/custom")
    {
        var builder = WebApplication.CreateSlimBuilder();
        var log = new LogKeeper();
        builder.Logging.ClearProviders().AddProvider(log).SetMinimumLevel(LogLevel.Error);
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        builder.Services.Replace(ServiceDescriptor.Singleton<TimeProvider>(clock ?? TimeProvider.System));
        var sockets = builder.Services.AddSocketIO(configure);
        builder.Services.AddSingleton(new TestHub(main));
        sockets.AddNamespace<TestHub>("/");
        builder.Services.AddSingleton(new CustomHub(custom));
        sockets.AddNamespace<CustomHub>(customName);

        var app = builder.Build();
        app.MapSocketIO("/socket.io");
        await app.StartAsync();
        return new LoopbackServer(app, log);
    }

    public Task<HttpResponseMessage> GetAsync(string path) => Http.GetAsync(new Uri(path, UriKind.Relative));

    public Task<HttpResponseMessage> LeaveAsync(string path, CancellationToken cancellationToken) =>
        Http.GetAsync(new Uri(path, UriKind.Relative), cancellationToken);

    public Task<HttpResponseMessage> PostAsync(string path, HttpContent content) => Http.PostAsync(new Uri(path, UriKind.Relative), content);

    public Task<HttpResponseMessage> PutAsync(string path, HttpContent? content) => Http.PutAsync(new Uri(path, UriKind.Relative), content);

    public Task<HttpResponseMessage> SendAsync(HttpRequestMessage request) => Http.SendAsync(request);

    public Task StopAsync() => _app.StopAsync();

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _app.DisposeAsync();
    }
}

/// <summary>A hub made of what a test says.</summary>
internal class TestHub : SocketHub
{
    public TestHub(Action<TestHub>? say = null) => say?.Invoke(this);

    public Func<Socket, Task> Connected { get; set; } = _ => Task.CompletedTask;

    public Func<Socket, string, Task> Left { get; set; } = (_, _) => Task.CompletedTask;

    public void Hear(string name, Func<SocketEvent, Task> handler) => On(name, handler);

    public void HearTyped<T, TAnswer>(string name, Func<Socket, T, Task<TAnswer>> handler) => On(name, handler);

    public void Check(Func<Socket, ValueTask<ConnectRefusal?>> middleware) => Use(middleware);

    protected override Task OnConnectAsync(Socket socket) => Connected(socket);

    protected override Task OnDisconnectAsync(Socket socket, string reason) => Left(socket, reason);
}

/// <summary>The second namespace's hub; a type of its own because the container knows hubs by type.</summary>
internal sealed class CustomHub(Action<TestHub>? say) : TestHub(say);

/// <summary>Keeps what was logged as an error: in these tests nothing may be.</summary>
internal sealed class LogKeeper : ILoggerProvider, ILogger
{
    private readonly List<string> _lines = [];

    public IReadOnlyList<string> Lines
    {
        get
        {
            lock (_lines)
            {
                return [.. _lines];
            }
        }
    }

    public ILogger CreateLogger(string categoryName) => this;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        lock (_lines)
        {
            _lines.Add($"{formatter(state, exception)} {exception}");
        }
    }

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Error;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public void Dispose()
    {
        // Nothing is held.
    }
}
