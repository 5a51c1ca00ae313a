using Microsoft.OpenApi;

namespace Ecodrix.Server.Http.OpenApi;

/// <summary>The envelope around the schema of what a route declares, as <see cref="Envelope"/> writes it.</summary>
internal static class EnvelopeSchemas
{
    /// <param name="type">What the route declares.</param>
    /// <param name="declared">The framework's schema of it.</param>
    public static OpenApiSchema Of(Type type, IOpenApiSchema declared)
    {
        var form = type.IsGenericType ? type.GetGenericTypeDefinition() : null;
        if (form == typeof(Page<>))
        {
            return Page(declared.Properties!["items"].Items!);
        }

        if (form == typeof(Messaged<>))
        {
            var around = Around(declared.Properties!["content"]);
            around.Properties!["message"] = WireSchemas.Text();
            return around;
        }

        return Around(declared);
    }

    /// <summary>Drops the schemas of wrappers that no answer shows.</summary>
    public static void Sweep(OpenApiDocument document)
    {
        var schemas = document.Components?.Schemas;
        foreach (var name in schemas?.Keys.Where(IsWrapper).ToArray() ?? [])
        {
            schemas!.Remove(name);
        }
    }

    private static bool IsWrapper(string name) =>
        name is nameof(PageRequest) || name.StartsWith("PageOf", StringComparison.Ordinal) || name.StartsWith("MessagedOf", StringComparison.Ordinal);

    private static OpenApiSchema Around(IOpenApiSchema data) => new()
    {
        Type = JsonSchemaType.Object,
        Required = new HashSet<string>(StringComparer.Ordinal) { "success", "data" },
        Properties = new Dictionary<string, IOpenApiSchema>(StringComparer.Ordinal)
        {
            ["success"] = new OpenApiSchema { Type = JsonSchemaType.Boolean, Const = "true" },
            ["data"] = data,
        },
    };

    private static OpenApiSchema Page(IOpenApiSchema item)
    {
        var page = Around(new OpenApiSchema { Type = JsonSchemaType.Array, Items = item });
        page.Required!.UnionWith(["total", "page", "limit", "totalPages"]);
        page.Properties!["total"] = new OpenApiSchema
        {
            Type = JsonSchemaType.Integer | JsonSchemaType.Null,
            Description = "Exact to 10,000; null where a cursor was used and nothing was counted.",
        };
        page.Properties["totalIsMore"] = new OpenApiSchema { Type = JsonSchemaType.Boolean, Description = "There when there are more than total says." };
        page.Properties["page"] = WireSchemas.Whole(1);
        page.Properties["limit"] = WireSchemas.Whole(1, PageRequest.LargestLimit);
        page.Properties["totalPages"] = new OpenApiSchema { Type = JsonSchemaType.Integer | JsonSchemaType.Null };
        page.Properties["nextCursor"] = new OpenApiSchema { Type = JsonSchemaType.String, Description = "Asks for the next page; absent on the last." };
        return page;
    }
}
