using Ecodrix.Engine.Jobs;
using Ecodrix.Server.Features.Pipelines;
using Ecodrix.Server.Features.Tenants;
using Ecodrix.Storage;

namespace Ecodrix.Server.Features.Leads;

/// <summary>The tenant as it stands while one of its leads is made or changed.</summary>
internal sealed record LeadSetting(ClientProfile Client, PipelineBook Book, DateTimeOffset Now);

/// <summary>Reads the setting of a change.</summary>
internal sealed class LeadSettings(TenantDoor tenants, PipelineDoor pipelines, ITenantClock clocks)
{
    public async Task<LeadSetting> ReadAsync(ITenantDatabase database, CancellationToken cancellationToken) =>
        await WithAsync(database, await pipelines.ReadAsync(database, cancellationToken), cancellationToken);

    /// <summary>Never without a pipeline: a tenant that has none is given the default one.</summary>
    public async Task<LeadSetting> ReadWithDefaultAsync(ITenantDatabase database, CancellationToken cancellationToken) =>
        await WithAsync(database, await pipelines.ReadWithDefaultAsync(database, cancellationToken), cancellationToken);

    /// <summary>As <see cref="ReadWithDefaultAsync"/> would find it; writes nothing.</summary>
    public async Task<LeadSetting> WouldBeAsync(ITenantDatabase database, CancellationToken cancellationToken)
    {
        var setting = await ReadAsync(database, cancellationToken);
        return setting.Book.Default is not null
            ? setting
            : setting with { Book = new PipelineBook([.. setting.Book.All, DefaultPipeline.For(database.Tenant, setting.Now)]) };
    }

    private async Task<LeadSetting> WithAsync(ITenantDatabase database, PipelineBook book, CancellationToken cancellationToken)
    {
        var client = await tenants.FindProfileAsync(database.Tenant, cancellationToken)
            ?? throw new DatabaseUnavailableException($"The client {database.Tenant.Code} does not exist any more.");
        return new LeadSetting(client, book, clocks.Now(database.Tenant));
    }
}
