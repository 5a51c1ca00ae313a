using Ecodrix.Storage;

namespace Ecodrix.Server.Features.Tenants.FirstStart;

/// <summary>Something to look at in the client that the first start makes: rules, a lead. Implemented by the feature it belongs to.</summary>
internal interface IFirstStartSample
{
    /// <summary>Called for the live tenant, then for its test twin, which the printed request goes to.</summary>
    Task AddAsync(ITenantDatabase tenant, CancellationToken cancellationToken);
}
