using Ecodrix.Engine;
using Ecodrix.Server.Configuration;
using Ecodrix.Server.Instances;
using Ecodrix.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Ecodrix.Server.Tests.Instances;

/// <summary>Two servers that share both databases, as two machines share them: each has its own memory, and they reach each other by HTTP.</summary>
/// <remarks>
/// On SQLite the second is given the very databases of the first, for a second process could not open the files. Where a
/// database server is named, each opens its own: <see cref="Share"/> is the one place that knows the difference.
/// </remarks>
public sealed class TwoInstances : IAsyncDisposable
{
    private readonly Switchboard switchboard = new();

    private TwoInstances()
    {
    }

    public ServerFixture First { get; private set; } = null!;

    public ServerFixture Second { get; private set; } = null!;

    /// <param name="clock">The clock of both; null for the real one.</param>
    /// <param name="change">Adds to both before they start.</param>
    /// <param name="roles">What each is for.</param>
    internal static async Task<TwoInstances> StartAsync(
        TimeProvider? clock = null, Action<ServerFixture>? change = null, (InstanceRole First, InstanceRole Second) roles = default)
    {
        var both = new TwoInstances();
        both.First = await both.StartAsync("first", roles.First, clock, change, shared: null);
        both.Second = await both.StartAsync("second", roles.Second, clock, change, both.First);
        await both.MeetAsync();
        return both;
    }

    /// <summary>The client as it speaks to the second instance.</summary>
    public TenantClient OnSecond(TenantClient tenant) => new(Second, tenant.Code, tenant.LiveKey, tenant.TestKey, tenant.WebhookSecret);

    /// <summary>Has each hear of the other, as a beat does.</summary>
    internal async Task MeetAsync()
    {
        foreach (var instance in new[] { First, Second, First })
        {
            await instance.Services.GetRequiredService<InstanceList>().BeatAsync(TestContext.Current.CancellationToken);
        }
    }

    /// <summary>How often an instance was called by the other.</summary>
    public int CallsTo(string name) => switchboard.CallsTo(name);

    public async ValueTask DisposeAsync()
    {
        // The first owns the files.
        await Second.DisposeAsync();
        await First.DisposeAsync();
        switchboard.Dispose();
    }

    private async Task<ServerFixture> StartAsync(string name, InstanceRole role, TimeProvider? clock, Action<ServerFixture>? change, ServerFixture? shared)
    {
        var server = new ServerFixture().With(all => Join(all, name, role));
        if (clock is not null)
        {
            server.WithClock(clock);
        }

        change?.Invoke(server);
        if (shared is not null)
        {
            server.With(all => Share(all, shared));
        }

        await server.InitializeAsync();
        switchboard.Connect(name, server.CreateHandler());
        return server;
    }

    private void Join(IServiceCollection all, string name, InstanceRole role)
    {
        var read = (Settings)all.Last(service => service.ServiceType == typeof(Settings)).ImplementationInstance!;
        all.Replace(ServiceDescriptor.Singleton(read with { Role = role }));
        all.Configure<EngineOptions>(engine => (engine.IsAlone, engine.Owner) = (false, name));
        all.Replace(ServiceDescriptor.Singleton<InstanceAddress>(new Address(name)));
        all.Replace(ServiceDescriptor.Singleton(new WakeTransport(new Unowned(switchboard))));
    }

    private static void Share(IServiceCollection all, ServerFixture shared)
    {
        all.Replace(ServiceDescriptor.Singleton(shared.Services.GetRequiredService<IServicesDatabase>()));
        all.Replace(ServiceDescriptor.Singleton(shared.Services.GetRequiredService<ITenantDatabases>()));
    }

    private sealed class Address(string name) : InstanceAddress(null!)
    {
        public override Uri Find() => new($"http://{name}");
    }

    /// <summary>Leads a call to the instance that its host names.</summary>
    private sealed class Switchboard : HttpMessageHandler
    {
        private readonly Dictionary<string, (HttpMessageInvoker Line, int Calls)> lines = new(StringComparer.Ordinal);

        public void Connect(string name, HttpMessageHandler handler)
        {
            lock (lines)
            {
                lines[name] = (new HttpMessageInvoker(handler), 0);
            }
        }

        public int CallsTo(string name)
        {
            lock (lines)
            {
                return lines[name].Calls;
            }
        }

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            HttpMessageInvoker line;
            lock (lines)
            {
                var found = lines.TryGetValue(request.RequestUri!.Host, out var known) ? known : throw new HttpRequestException("Nobody is there.");
                lines[request.RequestUri.Host] = found with { Calls = found.Calls + 1 };
                line = found.Line;
            }

            return line.SendAsync(request, cancellationToken);
        }

        protected override void Dispose(bool disposing)
        {
            foreach (var (line, _) in lines.Values)
            {
                line.Dispose();
            }

            base.Dispose(disposing);
        }
    }

    /// <summary>Both instances use the one switchboard, and neither ends it.</summary>
    private sealed class Unowned(Switchboard switchboard) : HttpMessageHandler
    {
        private readonly HttpMessageInvoker inner = new(switchboard, disposeHandler: false);

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            inner.SendAsync(request, cancellationToken);

        protected override void Dispose(bool disposing)
        {
            inner.Dispose();
            base.Dispose(disposing);
        }
    }
}
