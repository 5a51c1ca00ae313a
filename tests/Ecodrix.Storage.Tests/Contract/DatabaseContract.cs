using Ecodrix.Storage.Conditions;

namespace Ecodrix.Storage.Tests.Contract;

/// <summary>What every adapter does, whoever keeps the documents. An adapter's test class is a line.</summary>
public abstract class DatabaseContract : IAsyncLifetime
{
    protected static readonly TenantId Acme = TenantId.Parse("ACME");
    protected static readonly TenantId Globex = TenantId.Parse("GLOBEX");

    protected static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private protected IAdapter Adapter { get; private set; } = null!;

    private protected IDocuments<Note> Notes { get; private set; } = null!;

    protected ITenantDatabases Tenants { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Adapter = CreateAdapter();
        Tenants = await Adapter.OpenAsync();
        Notes = await NotesOfAsync(Acme);
    }

    public async ValueTask DisposeAsync()
    {
        await Adapter.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    private protected abstract IAdapter CreateAdapter();

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
