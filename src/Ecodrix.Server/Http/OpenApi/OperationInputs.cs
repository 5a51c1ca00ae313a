using System.Reflection;
using System.Text.Json.Nodes;
using Ecodrix.Server.Http.Idempotency;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Ecodrix.Server.Http.OpenApi;

/// <summary>Adds what a request may carry and the handler's signature does not show: credentials, paging, keys, the form of ids.</summary>
internal static class OperationInputs
{
    public const string ApiKeyScheme = "apiKey";

    public const string ClientCodeScheme = "clientCode";

    public const string AdminKeyScheme = "adminKey";

    public const string IdempotencyParameter = "IdempotencyKey";

    public const string RequestIdParameter = "RequestId";

    public static Task DescribeAsync(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        var metadata = context.Description.ActionDescriptor.EndpointMetadata;
        var parameters = metadata.OfType<MethodInfo>().LastOrDefault()?.GetParameters() ?? [];

        operation.OperationId ??= OperationId(context.Description.HttpMethod!, context.Description.RelativePath ?? "");
        operation.Security = Security(metadata.OfType<AudienceOf>().LastOrDefault()?.Audience, context.Document!);
        operation.Parameters ??= [];
        ShowIds(operation.Parameters, parameters);
        AddQuery(operation.Parameters, metadata, parameters);

        if (metadata.Any(item => item is Idempotent or KeepsOwnAnswers))
        {
            operation.Parameters.Add(new OpenApiParameterReference(IdempotencyParameter, context.Document));
        }

        operation.Parameters.Add(new OpenApiParameterReference(RequestIdParameter, context.Document));
        AddExample(operation, metadata.OfType<RequestExample>().LastOrDefault());
        return Task.CompletedTask;
    }

    private static string OperationId(string method, string path)
    {
        var words = path.Split(['/', '-', '.', '_', '{', '}', ':'], StringSplitOptions.RemoveEmptyEntries)
            .Where(word => word is not ("api" or "saas"))
            .Select(word => char.ToUpperInvariant(word[0]) + word[1..]);
        return method.ToLowerInvariant() + string.Concat(words);
    }

    private static List<OpenApiSecurityRequirement> Security(RouteAudience? audience, OpenApiDocument document) => audience switch
    {
        RouteAudience.Tenant =>
        [
            new OpenApiSecurityRequirement
            {
                [new OpenApiSecuritySchemeReference(ApiKeyScheme, document)] = [],
                [new OpenApiSecuritySchemeReference(ClientCodeScheme, document)] = [],
            },
        ],
        RouteAudience.Admin => [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(AdminKeyScheme, document)] = [] }],
        _ => [],
    };

    private static void ShowIds(IList<IOpenApiParameter> shown, ParameterInfo[] parameters)
    {
        foreach (var id in parameters.Where(parameter => (Nullable.GetUnderlyingType(parameter.ParameterType) ?? parameter.ParameterType) == typeof(Id)))
        {
            var parameter = shown.OfType<OpenApiParameter>().FirstOrDefault(one => string.Equals(one.Name, id.Name, StringComparison.OrdinalIgnoreCase));
            parameter?.Schema = WireSchemas.Text(WireSchemas.IdPattern);
        }
    }

    private static void AddQuery(IList<IOpenApiParameter> shown, IList<object> metadata, ParameterInfo[] parameters)
    {
        if (Array.Exists(parameters, parameter => parameter.ParameterType == typeof(PageRequest)))
        {
            shown.Add(Query("page", "Which page, from 1.", WireSchemas.Whole(1)));
            shown.Add(Query("limit", $"How many on a page; {PageRequest.DefaultLimit} unless given.", WireSchemas.Whole(1, PageRequest.LargestLimit)));
            shown.Add(Query("cursor", "An earlier page's nextCursor, where the list gives one; instead of page.", WireSchemas.Text()));
        }

        foreach (var query in metadata.OfType<QueryParameter>())
        {
            shown.Add(Query(query.Name, query.Description, WireSchemas.Text()));
        }
    }

    private static OpenApiParameter Query(string name, string description, OpenApiSchema schema) =>
        new() { Name = name, In = ParameterLocation.Query, Description = description, Schema = schema };

    private static void AddExample(OpenApiOperation operation, RequestExample? example)
    {
        if (example is not null && operation.RequestBody?.Content?.Values.FirstOrDefault() is { } content)
        {
            content.Example = JsonNode.Parse(example.Json);
        }
    }
}
