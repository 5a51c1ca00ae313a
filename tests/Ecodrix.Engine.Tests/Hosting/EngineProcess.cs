using System.Text.Json;
using Ecodrix.Engine.Jobs;
using Ecodrix.Engine.Runs;
using Ecodrix.Engine.Steps;
using Ecodrix.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Ecodrix.Engine.Tests.Hosting;

/// <summary>The files and the world that processes share, and the processes on them.</summary>
public abstract class EngineTests : IAsyncDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("ecodrix-engine-").FullName;
    private readonly List<EngineProcess> processes = [];

    internal static readonly TenantId Acme = TenantId.Parse("ACME");

    internal FakeTimeProvider Clock { get; } = new(new DateTimeOffset(2026, 3, 15, 9, 30, 0, TimeSpan.Zero));

    internal World World { get; } = new();

    internal static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    internal async Task<EngineProcess> StartAsync(Action<EngineOptions>? configure = null, IWorkObserver? observer = null, Action<IServiceCollection>? services = null)
    {
        var process = new EngineProcess(folder, Clock, World, configure, observer, services);
        processes.Add(process);
        await process.StartAsync();
        return process;
    }

    /// <summary>Another engine over the very databases of the first, as another machine has it over one server.</summary>
    internal async Task<EngineProcess> StartBesideAsync(EngineProcess first, Action<EngineOptions>? configure = null, Action<IServiceCollection>? services = null) =>
        await StartAsync(
            options =>
            {
                options.IsAlone = false;
                configure?.Invoke(options);
            },
            services: all =>
            {
                all.AddKeyedSingleton("files", first.Files);
                all.AddSingleton(first.Get<ITenantDatabases>());
                services?.Invoke(all);
            });

    /// <summary>Works in every process until nothing is due: each also looks by itself, so what one is drained of another may have begun.</summary>
    internal async Task DrainAllAsync()
    {
        var before = -1L;
        while (Begun() is var begun && begun != before)
        {
            before = begun;
            await Task.WhenAll(processes.Select(process => process.DrainAsync()));
        }

        long Begun() => processes.Sum(process => process.UnderWay.Beginnings);
    }

    /// <summary>Lets time pass for every process and does what falls due.</summary>
    internal async Task PassAllAsync(TimeSpan time)
    {
        await DrainAllAsync();
        Clock.Advance(time);
        await DrainAllAsync();
    }

    public async ValueTask DisposeAsync()
    {
        // The first owns the files of those beside it.
        foreach (var process in Enumerable.Reverse(processes))
        {
            await process.DisposeAsync();
        }

        Directory.Delete(folder, recursive: true);
        GC.SuppressFinalize(this);
    }
}

/// <summary>One engine over the shared files.</summary>
internal sealed class EngineProcess : IAsyncDisposable
{
    private readonly ServiceProvider provider;
    private readonly FakeTimeProvider clock;
    private bool isGone;

    public EngineProcess(string folder, FakeTimeProvider clock, World world, Action<EngineOptions>? configure, IWorkObserver? observer, Action<IServiceCollection>? more)
    {
        this.clock = clock;
        var services = new ServiceCollection();
        services.AddSingleton<TimeProvider>(clock);
        services.AddSingleton(typeof(ILogger<>), typeof(NullLogger<>));
        services.AddStorage(options =>
        {
            options.Services = $"sqlite:{folder}/services.db";
            options.Tenants = $"sqlite:{folder}/{{code}}.db";
        });
        var inner = services.Last(service => service.ServiceType == typeof(IServicesDatabase));
        services.Remove(inner);
        services.AddKeyedSingleton("files", (found, _) => (IServicesDatabase)inner.ImplementationFactory!(found));
        services.AddSingleton<IServicesDatabase>(found => new CrashingServicesDatabase(found.GetRequiredKeyedService<IServicesDatabase>("files"), Death));
        services.AddSingleton<IRuleBook>(world).AddSingleton<ISubjects>(world);
        services.AddSingleton<ICallbackCourier>(new CrashingCourier(world, Death));
        services.AddSingleton<IStepHandler>(new SendHandler(world, Death)).AddSingleton<IStepHandler>(new MarkHandler(world));
        if (observer is not null)
        {
            services.AddSingleton(observer);
        }

        services.AddEngine(configure);
        more?.Invoke(services);
        provider = services.BuildServiceProvider();
    }

    public Death Death { get; } = new();

    public IEventIntake Intake => provider.GetRequiredService<IEventIntake>();

    public IWorkControl Control => provider.GetRequiredService<IWorkControl>();

    public WorkLoop Loop => provider.GetRequiredService<WorkLoop>();

    public UnderWay UnderWay => provider.GetRequiredService<UnderWay>();

    public WorkQueue Queue => provider.GetRequiredService<WorkQueue>();

    public IServicesDatabase Services => provider.GetRequiredService<IServicesDatabase>();

    public IServicesDatabase Files => provider.GetRequiredKeyedService<IServicesDatabase>("files");

    public T Get<T>()
        where T : notnull => provider.GetRequiredService<T>();

    public async Task StartAsync()
    {
        await provider.GetRequiredService<ITenantDatabases>().CreateAsync(TenantId.Parse("ACME"), EngineTests.Cancelled);
        await Loop.StartAsync(EngineTests.Cancelled);
    }

    public async Task<ITenantDatabase> DatabaseAsync(string code = "ACME")
    {
        var databases = provider.GetRequiredService<ITenantDatabases>();
        await databases.CreateAsync(TenantId.Parse(code), EngineTests.Cancelled);
        return await databases.OpenAsync(TenantId.Parse(code), EngineTests.Cancelled);
    }

    public async Task<WorkItem> FireAsync(string trigger, Func<NewEvent, NewEvent>? change = null, string? lead = "lead-1", string? data = null)
    {
        var id = DocumentId.New(clock.GetUtcNow());
        var fresh = new NewEvent
        {
            Id = id,
            Database = await DatabaseAsync(),
            Trigger = trigger,
            LeadId = lead,
            Data = data is null ? null : JsonDocument.Parse(data).RootElement,
        };
        return (await Intake.AcceptAsync(change is null ? fresh : change(fresh), EngineTests.Cancelled)).Work;
    }

    public static NewEvent WithCallback(NewEvent fresh) =>
        fresh with { Callback = new CallbackState { Id = WorkIds.Callback(fresh.Id), Url = "https://example.com/hook" } };

    public async Task<WorkItem> FindAsync(string id) => (await Queue.Documents.FindAsync(id, EngineTests.Cancelled)).ShouldNotBeNull();

    public Task DrainAsync() => Loop.DrainAsync(EngineTests.Cancelled);

    /// <summary>Lets time pass and does what falls due.</summary>
    public async Task PassAsync(TimeSpan time)
    {
        await DrainAsync();
        clock.Advance(time);
        await DrainAsync();
    }

    /// <summary>The process dies as it stands: nothing is finished, nothing handed back; the files are free.</summary>
    public void Kill()
    {
        isGone = true;
        Death.Now();
        (provider.GetRequiredKeyedService<IServicesDatabase>("files") as IDisposable)?.Dispose();
        if (provider.GetRequiredService<ITenantDatabases>() is IDisposable tenants)
        {
            tenants.Dispose();
        }
    }

    public Task StopAsync() => Loop.StopAsync(CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        if (!isGone)
        {
            await StopAsync();
            await provider.DisposeAsync();
        }
    }
}
