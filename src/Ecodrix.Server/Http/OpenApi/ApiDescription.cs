using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Ecodrix.Server.Http.OpenApi;

/// <summary>This API as an OpenAPI 3.1 document: made from the routes once, then served from memory.</summary>
internal sealed class ApiDescription([FromKeyedServices(ApiDescription.Name)] IOpenApiDocumentProvider documents)
{
    public const string Name = "v1";

    private readonly Lock gate = new();

    private Task<string>? writing;

    public static async Task<IResult> HandleAsync(ApiDescription description, CancellationToken cancellationToken) =>
        TypedResults.Text(await description.Write().WaitAsync(cancellationToken), Envelope.ContentType);

    private Task<string> Write()
    {
        lock (gate)
        {
            return writing is null or { IsFaulted: true } ? writing = WriteAsync() : writing;
        }
    }

    private async Task<string> WriteAsync()
    {
        // Not a request's token: others wait for the same document.
        var document = await documents.GetOpenApiDocumentAsync(CancellationToken.None);
        return await document.SerializeAsJsonAsync(OpenApiSpecVersion.OpenApi3_1, CancellationToken.None);
    }
}

internal static class ApiDescriptionServices
{
    public static IServiceCollection AddApiDescription(this IServiceCollection services)
    {
        services.AddOpenApi(ApiDescription.Name, options =>
        {
            options.OpenApiVersion = OpenApiSpecVersion.OpenApi3_1;
            options.CreateSchemaReferenceId = SchemaNames.Of;
            options.AddSchemaTransformer(WireSchemas.Correct);
            options.AddOperationTransformer(OperationInputs.DescribeAsync);
            options.AddOperationTransformer(OperationAnswers.DescribeAsync);
            options.AddDocumentTransformer<DocumentFrame>();
        });
        services.AddSingleton<ApiDescription>();
        return services;
    }
}
