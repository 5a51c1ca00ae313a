using System.Globalization;
using System.Text.Json.Nodes;
using Ecodrix.Server.Http.Idempotency;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Ecodrix.Server.Http.OpenApi;

/// <summary>Shows answers as they are on the wire: successes in their envelope, every error that the route can give, the headers of both.</summary>
internal static class OperationAnswers
{
    public const string ErrorSchema = "Error";

    private const string Json = "application/json";

    public static Task DescribeAsync(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        var metadata = context.Description.ActionDescriptor.EndpointMetadata;
        operation.Responses ??= [];

        foreach (var (status, answer) in operation.Responses.Where(pair => pair.Key.StartsWith('2')))
        {
            if (answer is OpenApiResponse response)
            {
                ShowEnvelope(response, int.Parse(status, CultureInfo.InvariantCulture), context);
            }
        }

        foreach (var group in RouteErrors.Of(metadata, operation).GroupBy(error => error.Status))
        {
            operation.Responses[group.Key.ToString(CultureInfo.InvariantCulture)] = Failure([.. group], context.Document!);
        }

        AddHeaders(operation.Responses, metadata, context.Document!);
        return Task.CompletedTask;
    }

    private static void ShowEnvelope(OpenApiResponse response, int status, OpenApiOperationTransformerContext context)
    {
        var type = context.Description.SupportedResponseTypes.FirstOrDefault(answer => answer.StatusCode == status)?.Type;
        if (response.Content is null || !response.Content.TryGetValue(Json, out var content) || content.Schema is not { } declared || type is null)
        {
            return;
        }

        content.Schema = EnvelopeSchemas.Of(type, declared);
        var example = context.Description.ActionDescriptor.EndpointMetadata.OfType<AnswerExample>().LastOrDefault(one => one.Status == status);
        if (example is not null)
        {
            content.Example = new JsonObject { ["success"] = true, ["data"] = JsonNode.Parse(example.Json) };
        }
    }

    private static OpenApiResponse Failure(IReadOnlyList<Error> errors, OpenApiDocument document) => new()
    {
        Description = string.Join(" ", errors.Select(error => $"`{error.Code}`: {error.Message}").Distinct(StringComparer.Ordinal)),
        Content = new Dictionary<string, OpenApiMediaType>(StringComparer.Ordinal)
        {
            [Json] = new OpenApiMediaType
            {
                Schema = new OpenApiSchemaReference(ErrorSchema, document),
                Examples = errors.GroupBy(error => error.Code, StringComparer.Ordinal)
                    .ToDictionary(group => group.Key, group => (IOpenApiExample)new OpenApiExample { Value = Body(group.First()) }, StringComparer.Ordinal),
            },
        },
    };

    private static JsonObject Body(Error error)
    {
        var body = new JsonObject { ["success"] = false, ["message"] = error.Message, ["code"] = error.Code, ["requestId"] = "0f6c1d2e3a4b5c6d7e8f9a0b" };
        if (error.Hint is not null)
        {
            body["hint"] = error.Hint;
        }

        if (error.Code is "VALIDATION_ERROR")
        {
            body["errors"] = new JsonObject { ["leadData.email"] = new JsonArray("is not an e-mail address") };
        }

        return body;
    }

    private static void AddHeaders(OpenApiResponses responses, IList<object> metadata, OpenApiDocument document)
    {
        var tenant = metadata.OfType<AudienceOf>().LastOrDefault()?.Audience is RouteAudience.Tenant;
        var keyed = metadata.Any(item => item is Idempotent or KeepsOwnAnswers);

        foreach (var (status, answer) in responses)
        {
            if (answer is not OpenApiResponse response)
            {
                continue;
            }

            response.Headers ??= new Dictionary<string, IOpenApiHeader>(StringComparer.Ordinal);
            foreach (var name in HeadersOf(status, tenant, keyed))
            {
                response.Headers[name] = new OpenApiHeaderReference(name, document);
            }
        }
    }

    private static IEnumerable<string> HeadersOf(string status, bool tenant, bool keyed)
    {
        var limited = tenant && status is not "401" ? DocumentFrame.RateLimitHeaders : [];
        string[] retry = status is "429" or "503" ? [DocumentFrame.RetryAfter] : [];
        string[] location = status is "201" ? [DocumentFrame.Location] : [];
        string[] replayed = keyed && status.StartsWith('2') ? [IdempotencyKey.ReplayedHeader] : [];
        return [RequestId.Header, .. limited, .. retry, .. location, .. replayed];
    }
}
