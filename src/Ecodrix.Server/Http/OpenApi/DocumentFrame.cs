using Ecodrix.Server.Configuration;
using Ecodrix.Server.Http.Idempotency;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Ecodrix.Server.Http.OpenApi;

/// <summary>What all operations share: who may call, the error body, the headers, and what the document says of itself.</summary>
internal sealed class DocumentFrame(Settings settings) : IOpenApiDocumentTransformer
{
    public const string RetryAfter = "Retry-After";

    public const string Location = "Location";

    private const string About = """
        Every answer is JSON in one envelope: `{"success":true,"data":…}`, or `{"success":false,"message","code","requestId"}` with
        `errors` by field and a `hint` where there are any. Clients send `x-api-key` and `x-client-code`; a test key works on a twin of
        the client with sandbox channels. Ids have 24 hexadecimal digits, times are ISO 8601 in UTC with milliseconds.
        """;

    public static readonly string[] RateLimitHeaders = ["RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset"];

    public Task TransformAsync(OpenApiDocument document, OpenApiDocumentTransformerContext context, CancellationToken cancellationToken)
    {
        document.Info = new OpenApiInfo { Title = "ECODrIx", Version = "1", Description = About };
        document.Servers = [new OpenApiServer { Url = settings.PublicUrl?.AbsoluteUri.TrimEnd('/') ?? "/" }];

        AddSecurity(document);
        AddHeaders(document);
        AddParameters(document);
        document.AddComponent(OperationAnswers.ErrorSchema, ErrorSchema());
        EnvelopeSchemas.Sweep(document);
        return Task.CompletedTask;
    }

    private static void AddSecurity(OpenApiDocument document)
    {
        document.AddComponent(OperationInputs.ApiKeyScheme, Key("x-api-key", "A client's key, erix_live_… or erix_test_…; together with x-client-code."));
        document.AddComponent(OperationInputs.ClientCodeScheme, Key("x-client-code", "The client's code, in any case."));
        document.AddComponent(OperationInputs.AdminKeyScheme, Key("x-core-api-key", "An operator's key. Not for browsers."));
    }

    private static OpenApiSecurityScheme Key(string header, string description) =>
        new() { Type = SecuritySchemeType.ApiKey, In = ParameterLocation.Header, Name = header, Description = description };

    private static void AddHeaders(OpenApiDocument document)
    {
        var whole = WireSchemas.Whole(0);
        AddHeader(document, RequestId.Header, "Names this request in error bodies and logs: the caller's own when it is sane, else a new one.", WireSchemas.Text());
        AddHeader(document, RateLimitHeaders[0], "How many a minute the client may send.", whole);
        AddHeader(document, RateLimitHeaders[1], "How many may come at once now.", whole);
        AddHeader(document, RateLimitHeaders[2], "Seconds until the full allowance is there again.", whole);
        AddHeader(document, RetryAfter, "Seconds to wait.", whole);
        AddHeader(document, Location, "Where what was made can be read.", WireSchemas.Text());
        AddHeader(document, IdempotencyKey.ReplayedHeader, "true when this is the answer to an earlier request with the same key.", WireSchemas.Text());
    }

    private static void AddHeader(OpenApiDocument document, string name, string description, OpenApiSchema schema) =>
        document.AddComponent(name, new OpenApiHeader { Description = description, Schema = schema });

    private static void AddParameters(OpenApiDocument document)
    {
        document.AddComponent(OperationInputs.IdempotencyParameter, new OpenApiParameter
        {
            Name = IdempotencyKey.Header,
            In = ParameterLocation.Header,
            Description = "At most 255 characters, remembered for 24 hours. A repeat with the same key, body and query gets the first answer.",
            Schema = new OpenApiSchema { Type = JsonSchemaType.String, MinLength = 1, MaxLength = 255 },
        });
        document.AddComponent(OperationInputs.RequestIdParameter, new OpenApiParameter
        {
            Name = RequestId.Header,
            In = ParameterLocation.Header,
            Description = "The caller's own name for the request.",
            Schema = new OpenApiSchema { Type = JsonSchemaType.String, MaxLength = 64, Pattern = "^[A-Za-z0-9._-]+$" },
        });
    }

    private static OpenApiSchema ErrorSchema() => new()
    {
        Type = JsonSchemaType.Object,
        Required = new HashSet<string>(StringComparer.Ordinal) { "success", "message", "code", "requestId" },
        Properties = new Dictionary<string, IOpenApiSchema>(StringComparer.Ordinal)
        {
            ["success"] = new OpenApiSchema { Type = JsonSchemaType.Boolean, Const = "false" },
            ["message"] = new OpenApiSchema { Type = JsonSchemaType.String, Description = "A sentence a person can act on." },
            ["code"] = new OpenApiSchema { Type = JsonSchemaType.String, Description = "What programs decide by." },
            ["requestId"] = WireSchemas.Text(),
            ["hint"] = new OpenApiSchema { Type = JsonSchemaType.String, Description = "What to do about it." },
            ["errors"] = new OpenApiSchema
            {
                Type = JsonSchemaType.Object,
                Description = "For VALIDATION_ERROR: what is wrong, by the field's JSON path.",
                AdditionalProperties = new OpenApiSchema { Type = JsonSchemaType.Array, Items = WireSchemas.Text() },
            },
        },
    };
}
