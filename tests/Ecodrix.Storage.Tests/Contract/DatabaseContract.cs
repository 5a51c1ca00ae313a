using Ecodrix.Storage.Conditions;

namespace Ecodrix.Storage.Tests.Contract;

/// <summary>What every adapter's documents do, whoever keeps them. An adapter's test class is a few lines.</summary>
public abstract class DatabaseContract : IAsyncLifetime
{
    protected static readonly TenantId Acme = TenantId.Parse("ACME");
    protected static readonly TenantId Globex = TenantId.Parse("GLOBEX");

    protected static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private protected IDocuments<Note> Notes { get; private set; } = null!;

    protected ITenantDatabases Tenants { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Tenants = await CreateAsync();
        Notes = await NotesOfAsync(Acme);
    }

    public async ValueTask DisposeAsync()
    {
        await CloseAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>Databases of no tenants yet.</summary>
    protected abstract Task<ITenantDatabases> CreateAsync();

    protected abstract ValueTask CloseAsync();

    private protected async Task<IDocuments<Note>> NotesOfAsync(TenantId tenant)
    {
        await Tenants.CreateAsync(tenant, Cancelled);
        var database = await Tenants.OpenAsync(tenant, Cancelled);
        return database.Documents<Note>();
    }

    private protected async Task<IReadOnlyList<string>> IdsOfAsync(Condition? where, params Sort[] sort)
    {
        var found = await Notes.QueryAsync(new DocumentQuery(where, 1_000) { Sort = sort }, Cancelled);
        return [.. found.Select(note => note.Id)];
    }
}
