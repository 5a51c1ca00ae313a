using Ecodrix.Server.Features.Tenants.Account;
using Ecodrix.Server.Features.Tenants.Audit;
using Ecodrix.Server.Features.Tenants.Clients;
using Ecodrix.Server.Features.Tenants.Keys;
using Ecodrix.Server.Features.Tenants.Origins;
using Ecodrix.Server.Features.Tenants.Pauses;
using Ecodrix.Server.Features.Tenants.Secrets;
using Ecodrix.Server.Features.Tenants.Sources;
using Ecodrix.Server.Http;

namespace Ecodrix.Server.Features.Tenants;

/// <summary>The routes about clients: read this file to know what the feature offers.</summary>
internal static class TenantEndpoints
{
    public static void MapTenants(this IEndpointRouteBuilder routes)
    {
        routes.MapAdminRoutes().MapClients();
        routes.MapTenantRoutes().MapAccount();
    }

    private static void MapClients(this RouteGroupBuilder admin)
    {
        var clients = admin.MapGroup("/api/clients").WithTags("Clients");
        clients.MapPost("/", CreateClient.HandleAsync).WithSummary("Create a client").Fails(TenantErrors.CodeTaken);
        clients.MapGet("/", ListClients.HandleAsync).WithSummary("List the clients");
        clients.MapGet("/{code}", ShowClient.HandleAsync).WithSummary("Read a client").Fails(TenantErrors.NoSuchClient);
        clients.MapPatch("/{code}", ChangeClient.HandleAsync).WithSummary("Change a client, its status or its limits").Fails(TenantErrors.NoSuchClient);
        clients.MapDelete("/{code}", DeleteClient.HandleAsync).WithSummary("Suspend a client, or erase it in two steps").Fails(TenantErrors.NoSuchClient, TenantErrors.ConfirmationWrong);

        clients.MapPost("/{code}/secrets", SetSecrets.HandleAsync).WithSummary("Merge a client's secrets").Fails(TenantErrors.NoSuchClient, TenantErrors.NumberTaken);
        clients.MapGet("/{code}/secrets", ListSecrets.HandleAsync).WithSummary("Tell which secrets a client has").Fails(TenantErrors.NoSuchClient);

        clients.MapPost("/{code}/datasource", SetDataSource.HandleAsync).WithSummary("Give a client a database of its own")
            .Fails(TenantErrors.NoSuchClient, SourceErrors.HasData, SourceErrors.Unreachable);

        clients.MapPost("/{code}/move", MoveClient.HandleAsync).WithSummary("Move a client's data a part of the way; to be repeated until the state is done")
            .Fails(TenantErrors.NoSuchClient, SourceErrors.NotEmpty, SourceErrors.Unreachable);

        clients.MapPost("/{code}/keys", CreateKey.HandleAsync).WithSummary("Make or import an API key").Fails(TenantErrors.NoSuchClient, TenantErrors.KeyTaken);
        clients.MapGet("/{code}/keys", ListKeys.HandleAsync).WithSummary("List a client's API keys").Fails(TenantErrors.NoSuchClient);
        clients.MapDelete("/{code}/keys/{keyId}", RevokeKey.HandleAsync).WithSummary("Revoke an API key").Fails(TenantErrors.NoSuchKey);
        clients.MapPost("/{code}/rotate-key", RotateKey.HandleAsync).WithSummary("Replace a client's API keys after a time of grace").Fails(TenantErrors.NoSuchClient);

        clients.MapPost("/{code}/rotate-webhook-secret", RotateWebhookSecret.ForOperatorAsync).WithSummary("Replace a client's webhook secret").Fails(TenantErrors.NoSuchClient, TenantErrors.RotationRunning);
        clients.MapPost("/{code}/rotate-webhook-secret/complete", RotateWebhookSecret.CompleteForOperatorAsync).WithSummary("End the overlap of a rotation").Fails(TenantErrors.NoSuchClient);

        var operations = admin.MapGroup("/api/admin").WithTags("Administration");
        operations.MapGet("/audit", ListAudit.HandleAsync).WithSummary("Who changed what");
        operations.MapPost("/pause", PauseWork.HandleAsync).WithSummary("Hold due work of a client, a channel or a rule, or all of it").Fails(TenantErrors.NoSuchClient, TenantErrors.TooManyPauses);
        operations.MapPost("/resume", ResumeWork.HandleAsync).WithSummary("End a pause").Fails(TenantErrors.NoSuchClient, TenantErrors.NotPaused);
        operations.MapGet("/pauses", ListPauses.HandleAsync).WithSummary("What is paused now");
        operations.MapPost("/secrets/rotate", ResealSecrets.HandleAsync).WithSummary("Encrypt all secrets anew with the first key");
    }

    private static void MapAccount(this RouteGroupBuilder tenant)
    {
        var account = tenant.MapGroup("/api/saas").WithTags("Account").Needs(KeyScope.Settings);
        account.MapGet("/account", ShowAccount.HandleAsync).WithSummary("Read the caller's own client");
        account.MapPatch("/settings", ChangeSettings.HandleAsync).WithSummary("Change the client's name, time zone, region or currency");
        account.MapGet("/cors", ChangeOrigins.ListAsync).WithSummary("List the web origins that may call");
        account.MapPost("/cors", ChangeOrigins.AddAsync).WithSummary("Let a web origin call").Fails(TenantErrors.TooManyOrigins);
        account.MapDelete("/cors", ChangeOrigins.RemoveAsync).WithSummary("Stop a web origin from calling").Fails(TenantErrors.NoSuchOrigin);
        account.MapGet("/keys", OwnKeys.ListAsync).WithSummary("List the client's API keys");
        account.MapPost("/keys", OwnKeys.CreateAsync).WithSummary("Make an API key that may do no more than this one").Fails(OwnKeys.TestOnly, TenantErrors.KeyTaken);
        account.MapDelete("/keys/{keyId}", OwnKeys.RevokeAsync).WithSummary("Revoke an API key that may do no more than this one").Fails(TenantErrors.NoSuchKey);
        account.MapPost("/rotate-webhook-secret", RotateWebhookSecret.ForClientAsync).WithSummary("Replace the webhook secret").Fails(TenantErrors.RotationRunning);
        account.MapPost("/rotate-webhook-secret/complete", RotateWebhookSecret.CompleteForClientAsync).WithSummary("End the overlap of a rotation");
    }
}
