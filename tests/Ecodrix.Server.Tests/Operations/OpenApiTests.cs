using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Ecodrix.Server.Tests.Operations;

public sealed partial class OpenApiTests(ServerFixture server) : IClassFixture<ServerFixture>
{
    [Fact]
    public async Task The_document_is_OpenAPI_3_1()
    {
        var document = await ReadAsync();

        document["openapi"]!.GetValue<string>().ShouldStartWith("3.1");
        document["info"]!["title"]!.GetValue<string>().ShouldBe("ECODrIx");
    }

    [Fact]
    public async Task Every_mapped_route_is_in_the_document()
    {
        var document = await ReadAsync();

        foreach (var (path, method) in MappedRoutes())
        {
            document["paths"]![path]?[method].ShouldNotBeNull($"{method} {path} is not in the document");
        }
    }

    [Fact]
    public async Task Every_operation_has_a_summary_a_success_and_its_errors()
    {
        foreach (var (name, operation) in Operations(await ReadAsync()))
        {
            var responses = operation["responses"]!.AsObject();

            operation["summary"]?.GetValue<string>().ShouldNotBeNullOrWhiteSpace(name);
            responses.Any(response => response.Key.StartsWith('2')).ShouldBeTrue($"{name} has no success");
            foreach (var status in (string[])["429", "500", "503"])
            {
                responses.ContainsKey(status).ShouldBeTrue($"{name} lacks {status}");
            }

            if (operation["security"] is JsonArray { Count: > 0 })
            {
                responses.ContainsKey("401").ShouldBeTrue($"{name} lacks 401");
            }

            if (operation["requestBody"] is not null)
            {
                responses.ContainsKey("400").ShouldBeTrue($"{name} lacks 400");
                responses.ContainsKey("413").ShouldBeTrue($"{name} lacks 413");
            }
        }
    }

    [Fact]
    public async Task Every_JSON_success_is_shown_in_the_envelope_and_every_error_as_the_error()
    {
        foreach (var (name, operation) in Operations(await ReadAsync()))
        {
            foreach (var (status, response) in operation["responses"]!.AsObject())
            {
                var schema = response!["content"]?["application/json"]?["schema"];
                if (!status.StartsWith('2'))
                {
                    schema!["$ref"]!.GetValue<string>().ShouldBe("#/components/schemas/Error", $"{name} {status}");
                }
                else if (schema is not null)
                {
                    schema["properties"]?["success"].ShouldNotBeNull($"{name} {status} is bare");
                }

                response["headers"]!["x-request-id"].ShouldNotBeNull($"{name} {status}");
            }
        }
    }

    [Fact]
    public async Task Every_reference_leads_somewhere()
    {
        var document = await ReadAsync();
        var references = References(document).Distinct(StringComparer.Ordinal).ToArray();

        references.ShouldNotBeEmpty();
        foreach (var reference in references)
        {
            reference.ShouldStartWith("#/");
            var target = reference[2..].Split('/').Aggregate((JsonNode?)document, (node, step) => node?[step.Replace("~1", "/", StringComparison.Ordinal)]);
            target.ShouldNotBeNull(reference);
        }
    }

    [Fact]
    public async Task Operation_ids_are_unique()
    {
        var ids = Operations(await ReadAsync()).Select(operation => operation.Operation["operationId"]!.GetValue<string>()).ToArray();

        ids.ShouldBeUnique(StringComparer.Ordinal);
    }

    [Fact]
    public async Task Tenant_routes_ask_for_both_headers_and_admin_routes_for_the_operators_key()
    {
        var document = await ReadAsync();

        document["paths"]!["/api/saas/account"]!["get"]!["security"]!.ToJsonString().ShouldBe("""[{"apiKey":[],"clientCode":[]}]""");
        document["paths"]!["/api/clients"]!["post"]!["security"]!.ToJsonString().ShouldBe("""[{"adminKey":[]}]""");
        document["components"]!["securitySchemes"]!["clientCode"]!["name"]!.GetValue<string>().ShouldBe("x-client-code");
    }

    private async Task<JsonObject> ReadAsync()
    {
        using var stranger = server.CreateAnonymousClient();
        using var response = await stranger.GetAsync("/openapi/v1.json", TestContext.Current.CancellationToken);
        return await response.ReadAnswerAsync();
    }

    private static IEnumerable<(string Name, JsonNode Operation)> Operations(JsonObject document) =>
        from path in document["paths"]!.AsObject()
        from operation in path.Value!.AsObject()
        select ($"{operation.Key} {path.Key}", operation.Value!);

    private IEnumerable<(string Path, string Method)> MappedRoutes() =>
        from endpoint in server.Services.GetServices<EndpointDataSource>().SelectMany(source => source.Endpoints).OfType<RouteEndpoint>()
        from method in endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? []
        select ("/" + Constraint().Replace(endpoint.RoutePattern.RawText!.Trim('/'), "{$1}"), method.ToLowerInvariant());

    private static IEnumerable<string> References(JsonNode? node) => node switch
    {
        JsonObject all => all.SelectMany(field => field is { Key: "$ref", Value: JsonValue reference } ? [reference.GetValue<string>()] : References(field.Value)),
        JsonArray all => all.SelectMany(References),
        _ => [],
    };

    [GeneratedRegex("{([^}:]+)(:[^}]*)?}")]
    private static partial Regex Constraint();
}
