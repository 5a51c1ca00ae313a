using Ecodrix.Engine;
using Ecodrix.Server.Features.Tenants.Clients;
using Ecodrix.Server.Features.Tenants.Secrets;
using Ecodrix.Storage;
using Ecodrix.Storage.Conditions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Ecodrix.Server.Tests.Crashes;

/// <summary>A server that dies at one of its durable writes: that one still happens, its answer is lost, and nothing happens after it.</summary>
/// <remarks>To die before a write is to die after the one before it, so these are all the states that a kill can leave in the databases.</remarks>
internal sealed class Doom
{
    private int left = int.MaxValue;

    public bool IsDead { get; private set; }

    /// <summary>What the server wrote to, for the one that is started in its place.</summary>
    private IServicesDatabase Services { get; set; } = null!;

    private ITenantDatabases Tenants { get; set; } = null!;

    /// <summary>Lets a server die at its first write, then another at its second, until one writes no more.</summary>
    /// <param name="diesAsync">Given the number of the write; false when nobody died, for there were fewer.</param>
    /// <returns>How many died.</returns>
    public static async Task<int> AtEachWriteAsync(Func<int, Task<bool>> diesAsync)
    {
        TestStorage.NeedsFiles("a process that is not alone waits for the dead one's leases and shares its rates.");
        var deaths = 0;
        while (await diesAsync(deaths + 1))
        {
            deaths++;
        }

        return deaths;
    }

    /// <param name="write">Counted from 1, from now on.</param>
    public void At(int write) => Volatile.Write(ref left, write);

    public void Now() => IsDead = true;

    /// <summary>Stands between a server and its databases. Before its start.</summary>
    public void Connect(ServerFixture server) => server.With(all =>
    {
        var services = all.Last(service => service.ServiceType == typeof(IServicesDatabase));
        var tenants = all.Last(service => service.ServiceType == typeof(ITenantDatabases));
        all.Replace(ServiceDescriptor.Singleton<IServicesDatabase>(provider =>
            new DoomedServices(Services = (IServicesDatabase)(services.ImplementationInstance ?? services.ImplementationFactory!(provider)), this)));
        all.Replace(ServiceDescriptor.Singleton<ITenantDatabases>(provider =>
            new DoomedTenants(Tenants = (ITenantDatabases)(tenants.ImplementationInstance ?? tenants.ImplementationFactory!(provider)), this)));

        // Who is dead finishes nothing.
        all.Configure<EngineOptions>(engine => engine.StopGrace = TimeSpan.Zero);
    });

    /// <summary>The server that is started in the dead one's place, on what that one has left. To be disposed before the dead one, which owns the files.</summary>
    public async Task<ServerFixture> RestartAsync(Action<ServerFixture>? change = null)
    {
        IsDead.ShouldBeTrue();
        var next = new ServerFixture().With(all =>
        {
            all.Replace(ServiceDescriptor.Singleton(Services));
            all.Replace(ServiceDescriptor.Singleton(Tenants));
        });
        change?.Invoke(next);
        await next.InitializeAsync();
        return next;
    }

    public async Task<TResult> WriteAsync<TResult>(Func<Task<TResult>> write)
    {
        Check();
        if (Interlocked.Decrement(ref left) > 0)
        {
            return await write();
        }

        IsDead = true;
        await write();
        throw Dead();
    }

    /// <param name="tellsPlaces">Of where clients' databases are: the dead server's files are found by it for the one in its place, and nothing else comes of it.</param>
    public Task<TResult> ReadAsync<TResult>(Func<Task<TResult>> read, bool tellsPlaces = false)
    {
        if (!tellsPlaces)
        {
            Check();
        }

        return read();
    }

    public void Check()
    {
        if (IsDead)
        {
            throw Dead();
        }
    }

    private static DatabaseUnavailableException Dead() => new("The process is dead.");
}

internal sealed class DoomedServices(IServicesDatabase inner, Doom doom) : IServicesDatabase, IDisposable
{
    public IDocuments<T> Documents<T>()
        where T : class, IDocument<T> => new DoomedDocuments<T>(inner.Documents<T>(), doom);

    public Task PingAsync(CancellationToken cancellationToken)
    {
        doom.Check();
        return inner.PingAsync(cancellationToken);
    }

    public void Dispose() => (inner as IDisposable)?.Dispose();
}

internal sealed class DoomedTenants(ITenantDatabases inner, Doom doom) : ITenantDatabases, IDisposable
{
    public async Task<ITenantDatabase> OpenAsync(TenantId tenant, CancellationToken cancellationToken) =>
        new DoomedTenant(await doom.ReadAsync(() => inner.OpenAsync(tenant, cancellationToken)), doom);

    public Task CreateAsync(TenantId tenant, CancellationToken cancellationToken) => inner.CreateAsync(tenant, cancellationToken);

    public Task DeleteAsync(TenantId tenant, CancellationToken cancellationToken) => inner.DeleteAsync(tenant, cancellationToken);

    public void Dispose() => (inner as IDisposable)?.Dispose();

    private sealed class DoomedTenant(ITenantDatabase inner, Doom doom) : ITenantDatabase
    {
        public TenantId Tenant => inner.Tenant;

        public IDocuments<T> Documents<T>()
            where T : class, IDocument<T> => new DoomedDocuments<T>(inner.Documents<T>(), doom);
    }
}

internal sealed class DoomedDocuments<T>(IDocuments<T> inner, Doom doom) : IDocuments<T>
    where T : class, IDocument
{
    private static readonly bool TellsPlaces = typeof(T) == typeof(SecretSet) || typeof(T) == typeof(TenantStamp);

    public Task<T?> FindAsync(string id, CancellationToken cancellationToken) => doom.ReadAsync(() => inner.FindAsync(id, cancellationToken), TellsPlaces);

    public Task<IReadOnlyList<T>> FindManyAsync(IReadOnlyCollection<string> ids, CancellationToken cancellationToken) => doom.ReadAsync(() => inner.FindManyAsync(ids, cancellationToken));

    public Task<bool> TryAddAsync(T document, CancellationToken cancellationToken) => doom.WriteAsync(() => inner.TryAddAsync(document, cancellationToken));

    public Task<IReadOnlyList<bool>> AddManyAsync(IReadOnlyList<T> documents, CancellationToken cancellationToken) => doom.WriteAsync(() => inner.AddManyAsync(documents, cancellationToken));

    public Task<bool> TryReplaceAsync(T next, CancellationToken cancellationToken) => doom.WriteAsync(() => inner.TryReplaceAsync(next, cancellationToken));

    public Task<bool> DeleteAsync(string id, CancellationToken cancellationToken) => doom.WriteAsync(() => inner.DeleteAsync(id, cancellationToken));

    public Task<int> DeleteManyAsync(Condition where, int atMost, CancellationToken cancellationToken) => doom.WriteAsync(() => inner.DeleteManyAsync(where, atMost, cancellationToken));

    public Task<IReadOnlyList<T>> QueryAsync(DocumentQuery query, CancellationToken cancellationToken) => doom.ReadAsync(() => inner.QueryAsync(query, cancellationToken), TellsPlaces);

    public Task<int> CountAsync(Condition? where, int atMost, CancellationToken cancellationToken) => doom.ReadAsync(() => inner.CountAsync(where, atMost, cancellationToken));

    public Task<IReadOnlyList<GroupRow>> GroupAsync(Grouping grouping, CancellationToken cancellationToken) => doom.ReadAsync(() => inner.GroupAsync(grouping, cancellationToken));
}
