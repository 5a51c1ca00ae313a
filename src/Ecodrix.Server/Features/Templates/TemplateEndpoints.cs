using Ecodrix.Server.Http;
using Ecodrix.Server.Http.Bodies;
using Ecodrix.Storage.Routing;

namespace Ecodrix.Server.Features.Templates;

/// <summary>The template routes: read this file to know what the feature offers.</summary>
internal static class TemplateEndpoints
{
    public static void MapTemplates(this IEndpointRouteBuilder routes)
    {
        var templates = routes.MapTenantRoutes().MapGroup("/api/saas/chat/templates").WithTags("Templates").Needs(KeyScope.Messages);

        templates.MapGet("/", ListTemplates.HandleAsync).WithSummary("List the templates as last synced");
        templates.MapGet("/{name}", GetTemplate.HandleAsync).WithSummary("Read a template in all its languages").Fails(TemplateErrors.NotFound);
        templates.MapPost("/sync", SyncTemplates.HandleAsync).WithSummary("Fetch all templates from Meta").Fails(TemplateErrors.NotConfigured, Errors.UpstreamFailed);
    }

    public static IServiceCollection AddTemplates(this IServiceCollection services) => services
        .AddWireTypes(TemplatesJson.Default)
        .AddTenantDocuments<Template>()
        .AddSingleton<TemplateDoor>();
}
