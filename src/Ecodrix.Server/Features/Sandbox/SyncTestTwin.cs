using Ecodrix.Server.Features.Automations;
using Ecodrix.Server.Features.Pipelines;
using Ecodrix.Server.Features.Templates;
using Ecodrix.Server.Http;
using Ecodrix.Storage;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Ecodrix.Server.Features.Sandbox;

/// <summary>Copies what a client has set up live to its test twin, with the same ids: pipelines, templates and rules.</summary>
internal static class SyncTestTwin
{
    /// <param name="Templates">How many were copied.</param>
    public sealed record Copied(string ClientCode, int Templates);

    public static async Task<Ok<Copied>> HandleAsync(
        Caller caller, ITenantDatabases databases, PipelineDoor pipelines, RuleDoor rules, CancellationToken cancellationToken)
    {
        var live = await databases.OpenAsync(caller.Tenant.Live, cancellationToken);
        var twin = await databases.OpenAsync(caller.Tenant.Test, cancellationToken);

        await pipelines.CopyAsync(live, twin, cancellationToken);
        var templates = await TemplateDoor.CopyAsync(live, twin, cancellationToken);
        await rules.CopyAsync(live, twin, cancellationToken);

        return TypedResults.Ok(new Copied(caller.Tenant.Code, templates));
    }
}
