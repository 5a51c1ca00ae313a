using Ecodrix.Server.Http;
using Ecodrix.Server.Http.Bodies;
using Ecodrix.Server.Instances;
using Ecodrix.Storage.Routing;

namespace Ecodrix.Server.Features.Migrations;

/// <summary>Changes of what is stored, tenant by tenant: read this file to know what the feature offers.</summary>
internal static class MigrationEndpoints
{
    public static void MapMigrations(this IEndpointRouteBuilder routes) =>
        routes.MapAdminRoutes().MapGroup("/api/admin").WithTags("Administration")
            .MapGet("/migrations", ShowMigrations.HandleAsync).WithSummary("Tell how far the tenants are with each migration");

    public static IServiceCollection AddMigrations(this IServiceCollection services) => services
        .AddWireTypes(MigrationsJson.Default)
        .AddSingleton<MigrationBook>()
        .AddTenantDocuments<MigrationMark>()
        .AddRound<MigrationBook>("migrations", MigrationBook.Every, (book, token) => book.RunAsync(token));
}
