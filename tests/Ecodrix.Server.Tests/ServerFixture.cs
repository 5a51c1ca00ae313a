using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Ecodrix.Storage;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace Ecodrix.Server.Tests;

/// <summary>The whole application in this process, on databases of its own. One is shared by the tests of a class; each test makes its own tenant.</summary>
/// <remarks>Derive from it, or use <see cref="StartAsync"/>, to start one with other settings.</remarks>
public class ServerFixture : IAsyncLifetime
{
    public const string AdminKey = "test-operator-key-0123456789-abcdefghij";

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("ecodrix-server-");

    private readonly List<Action<IServiceCollection>> services = [];

    private readonly Dictionary<string, string> settings = new(StringComparer.Ordinal);

    private WebApplicationFactory<Program>? factory;

    private bool hasPort;

    private static int clients;

    private static int addresses;

    protected ServerFixture(string environment) => Environment = environment;

    public ServerFixture()
        : this("Production")
    {
    }

    public string Environment { get; private set; }

    /// <summary>Where this server keeps its files.</summary>
    public string Folder => folder.FullName;

    public IServiceProvider Services => Started.Services;

    /// <summary>Everything that was logged, formatted.</summary>
    public LogCapture Logs { get; } = new();

    private WebApplicationFactory<Program> Started => factory ?? throw new InvalidOperationException("The server is not started.");

    /// <summary>A server with other settings, by the names of their variables. To be disposed by the caller.</summary>
    public static async Task<ServerFixture> StartAsync(
        string environment = "Production", IReadOnlyDictionary<string, string>? settings = null, Action<IServiceCollection>? services = null)
    {
        var fixture = new ServerFixture(environment);
        foreach (var (name, value) in settings ?? new Dictionary<string, string>(StringComparer.Ordinal))
        {
            fixture.With(name, value);
        }

        if (services is not null)
        {
            fixture.With(services);
        }

        await fixture.InitializeAsync();
        return fixture;
    }

    /// <summary>A server on a port of its own. To be disposed by the caller.</summary>
    public static async Task<ServerFixture> StartOnAPortAsync()
    {
        var fixture = new ServerFixture().OnAPort();
        await fixture.InitializeAsync();
        return fixture;
    }

    /// <summary>Sets a variable; before the start only.</summary>
    public ServerFixture With(string name, string value)
    {
        settings[name] = value;
        return this;
    }

    /// <summary>Replaces services; before the start only.</summary>
    public ServerFixture With(Action<IServiceCollection> change)
    {
        services.Add(change);
        return this;
    }

    /// <summary>Runs the server by a clock of the test's. Before the start only.</summary>
    public ServerFixture WithClock(TimeProvider clock) =>
        With(all => all.Replace(ServiceDescriptor.Singleton(clock)));

    /// <summary>Serves on a port of its own, for programs outside this process. Before the start only.</summary>
    public ServerFixture OnAPort()
    {
        hasPort = true;
        return this;
    }

    /// <summary>Where a server that was asked for a port serves.</summary>
    public Uri Address { get; private set; } = new("http://localhost");

    public virtual ValueTask InitializeAsync()
    {
        factory = new WebApplicationFactory<Program>().WithWebHostBuilder(Configure);
        if (hasPort)
        {
            factory.UseKestrel();
            factory.StartServer();
            Address = new Uri(factory.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
        }
        else
        {
            _ = factory.Server;
        }

        return ValueTask.CompletedTask;
    }

    public virtual async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (factory is not null)
        {
            await factory.DisposeAsync();
            await LetGoAsync();
        }

        folder.Delete(recursive: true);
        await TestStorage.DropAsync(Folder);
    }

    // The program's own end and the factory's are under way at once: whichever comes second returns while the first goes on.
    private async Task LetGoAsync()
    {
        if (DataSource.FileOf(settings.GetValueOrDefault("ECODRIX_DATABASE", TestStorage.Services(Folder))) is not { } database)
        {
            return;
        }

        using var ticks = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
        for (var turn = 0; IsHeld(database + ".lock"); turn++)
        {
            turn.ShouldBeLessThan(3_000, "The server has ended and still holds its files.");
            await ticks.WaitForNextTickAsync(CancellationToken.None); // A test that was cancelled cleans up, too.
        }
    }

    private static bool IsHeld(string path)
    {
        try
        {
            using var free = File.Exists(path) ? new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None) : null;
            return false;
        }
        catch (IOException)
        {
            return true;
        }
    }

    /// <summary>Speaks to the server without any key, from an address of its own.</summary>
    public HttpClient CreateAnonymousClient()
    {
        var client = Started.CreateClient(new WebApplicationFactoryClientOptions { AllowAutoRedirect = false, BaseAddress = Address });
        var number = Interlocked.Increment(ref addresses);
        client.DefaultRequestHeaders.Add("X-Forwarded-For", $"203.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}");
        return client;
    }

    /// <summary>The way into this server, for what speaks to it without being a client.</summary>
    public HttpMessageHandler CreateHandler() => Started.Server.CreateHandler();

    public HttpClient CreateAdminClient()
    {
        var client = CreateAnonymousClient();
        client.DefaultRequestHeaders.Add("x-core-api-key", AdminKey);
        return client;
    }

    /// <param name="change">Adds to the body of <c>POST /api/clients</c>.</param>
    public async Task<TenantClient> CreateTenantAsync(Action<JsonObject>? change = null)
    {
        using var admin = CreateAdminClient();
        var number = Interlocked.Increment(ref clients);
        var body = new JsonObject { ["name"] = $"Client {number}", ["clientCode"] = $"T{number}X{Random.Shared.Next(1_000_000)}" };
        change?.Invoke(body);

        using var response = await admin.PostAsJsonAsync("/api/clients", body, TestContext.Current.CancellationToken);
        var answer = await response.ReadAnswerAsync();
        response.StatusCode.ShouldBe(System.Net.HttpStatusCode.Created, answer.ToJsonString());

        var made = answer["data"]!;
        return new TenantClient(this, made["clientCode"]!.GetValue<string>(), made["apiKey"]!.GetValue<string>(), made["testApiKey"]!.GetValue<string>(), made["webhookSecret"]!.GetValue<string>());
    }

    private void Configure(IWebHostBuilder host)
    {
        host.UseEnvironment(Environment);
        host.UseSetting("ECODRIX_DATABASE", TestStorage.Services(Folder));
        host.UseSetting("ECODRIX_TENANT_DATABASE", TestStorage.Tenants(Folder));
        host.UseSetting("ECODRIX_ADMIN_KEY", $"tests:{AdminKey}");
        host.UseSetting("ECODRIX_ENCRYPTION_KEY", Convert.ToBase64String(new byte[32].Select((_, index) => (byte)index).ToArray()));
        host.UseSetting("ECODRIX_TRUSTED_PROXIES", "1");
        host.UseSetting("ECODRIX_ALLOW_PRIVATE_CALLBACKS", "true");

        if (hasPort)
        {
            host.UseSetting("URLS", "http://127.0.0.1:0");
        }

        foreach (var (name, value) in settings)
        {
            host.UseSetting(name, value);
        }

        host.ConfigureLogging(logging => logging.ClearProviders().AddProvider(Logs));
        host.ConfigureTestServices(all => all.Replace(ServiceDescriptor.Singleton(new Ecodrix.Server.Http.Intake.LastCallLength(TimeSpan.Zero))));
        host.ConfigureTestServices(all => services.ForEach(change => change(all)));
    }
}
