using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Ecodrix.Server.Tests.Http;

/// <summary>Holds every route that is mapped, whoever mapped it, against the conventions.</summary>
public sealed partial class EveryRouteTests(ServerFixture server) : IClassFixture<ServerFixture>
{
    private static readonly string[] Methods = ["GET", "POST", "PUT", "PATCH", "DELETE"];

    [Fact]
    public async Task Every_route_that_is_not_public_answers_a_stranger_with_401_in_the_envelope()
    {
        foreach (var (method, path) in Routes().Where(route => !route.IsPublic).Select(route => (route.Method, route.Path)))
        {
            using var stranger = server.CreateAnonymousClient();
            using var request = new HttpRequestMessage(new HttpMethod(method), path) { Content = Text(method, "{") };
            using var response = await stranger.SendAsync(request, TestContext.Current.CancellationToken);

            var answer = await response.ShouldFailAsync(HttpStatusCode.Unauthorized, "UNAUTHORIZED");
            answer["message"]!.GetValue<string>().ShouldBe("The credentials are missing or wrong.", $"{method} {path}");
        }
    }

    [Fact]
    public async Task Every_route_answers_broken_JSON_in_the_envelope()
    {
        var tenant = await server.CreateTenantAsync();
        using var admin = server.CreateAdminClient();

        foreach (var route in Routes().Where(route => route.TakesBody))
        {
            var client = route.IsAdmin ? admin : tenant.Http;
            using var request = new HttpRequestMessage(new HttpMethod(route.Method), route.Path) { Content = Text(route.Method, """{"name": "x",""") };
            using var response = await client.SendAsync(request, TestContext.Current.CancellationToken);

            await response.ShouldFailAsync(HttpStatusCode.BadRequest, "INVALID_JSON");
        }
    }

    [Fact]
    public async Task Every_route_refuses_a_list_where_an_object_belongs_and_a_body_nested_too_deep()
    {
        var tenant = await server.CreateTenantAsync();
        using var admin = server.CreateAdminClient();
        string[] bodies = ["[]", """{"x":""" + new string('[', 70) + new string(']', 70) + "}"];

        foreach (var (route, body) in Routes().Where(route => route.TakesBody).SelectMany(route => bodies.Select(body => (route, body))))
        {
            var client = route.IsAdmin ? admin : tenant.Http;
            using var request = new HttpRequestMessage(new HttpMethod(route.Method), route.Path) { Content = Text(route.Method, body) };
            using var response = await client.SendAsync(request, TestContext.Current.CancellationToken);

            var answer = await response.ShouldBeErrorAsync();
            response.StatusCode.ShouldBe(HttpStatusCode.BadRequest, $"{route.Method} {route.Path} {answer.ToJsonString()}");
            answer["code"]!.GetValue<string>().ShouldBeOneOf("INVALID_JSON", "VALIDATION_ERROR", "MISSING_REQUIRED");
        }
    }

    [Fact]
    public async Task Every_route_names_an_optional_parameter_that_cannot_be_read()
    {
        var tenant = await server.CreateTenantAsync();
        using var admin = server.CreateAdminClient();
        var parameters = Routes().SelectMany(route => route.ParsedParameters.Select(name => (route, name))).ToArray();

        parameters.ShouldNotBeEmpty();
        foreach (var (route, name) in parameters)
        {
            var client = route.IsAdmin ? admin : tenant.Http;
            using var request = new HttpRequestMessage(new HttpMethod(route.Method), $"{route.Path}?{name}=unreadable") { Content = Text(route.Method, "{}") };
            using var response = await client.SendAsync(request, TestContext.Current.CancellationToken);

            var error = await response.ShouldFailAsync(HttpStatusCode.BadRequest, "VALIDATION_ERROR");
            error["errors"]![name]!.ToJsonString().ShouldBe("""["is not valid"]""");
        }
    }

    [Fact]
    public async Task Every_route_answers_a_wrong_method_with_405_in_the_envelope()
    {
        using var stranger = server.CreateAnonymousClient();
        foreach (var path in Routes().GroupBy(route => route.Path, StringComparer.Ordinal))
        {
            var answered = path.Select(route => route.Method).ToArray();
            var other = Methods.FirstOrDefault(method => !answered.Contains(method, StringComparer.Ordinal) && !IsAnsweredByAnother(method, path.Key));
            if (other is null)
            {
                continue;
            }

            using var request = new HttpRequestMessage(new HttpMethod(other), path.Key);
            using var response = await stranger.SendAsync(request, TestContext.Current.CancellationToken);

            await response.ShouldFailAsync(HttpStatusCode.MethodNotAllowed, "METHOD_NOT_ALLOWED");
            response.Content.Headers.Allow.ShouldNotBeEmpty();
        }
    }

    [Fact]
    public void Every_route_hangs_off_one_of_the_three_groups_and_says_what_it_does()
    {
        foreach (var endpoint in Endpoints())
        {
            endpoint.Metadata.GetMetadata<Ecodrix.Server.Http.AudienceOf>().ShouldNotBeNull(endpoint.DisplayName);
            endpoint.Metadata.GetMetadata<IEndpointSummaryMetadata>()?.Summary.ShouldNotBeNullOrWhiteSpace(endpoint.DisplayName);
            endpoint.Metadata.GetMetadata<IEndpointSummaryMetadata>().ShouldNotBeNull(endpoint.DisplayName);
        }
    }

    private static StringContent? Text(string method, string body) =>
        method is "GET" ? null : new StringContent(body, Encoding.UTF8, "application/json");

    private bool IsAnsweredByAnother(string method, string path) =>
        Routes().Any(route => string.Equals(route.Method, method, StringComparison.Ordinal) && Template(route.Template).IsMatch(path));

    private static Regex Template(string template) =>
        new("^/?" + Placeholder().Replace(template.Trim('/'), "[^/]+") + "/?$", RegexOptions.IgnoreCase, TimeSpan.FromSeconds(1));

    private IEnumerable<RouteEndpoint> Endpoints() =>
        server.Services.GetServices<EndpointDataSource>().SelectMany(source => source.Endpoints).OfType<RouteEndpoint>();

    private IEnumerable<Route> Routes() =>
        from endpoint in Endpoints()
        from method in endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? []
        let template = endpoint.RoutePattern.RawText!
        let audience = endpoint.Metadata.GetMetadata<Ecodrix.Server.Http.AudienceOf>()?.Audience
        select new Route(
            method,
            template,
            "/" + Placeholder().Replace(template.Trim('/'), placeholder => placeholder.Value is "{index}" ? "0" : "665f00000000000000000000"),
            audience is Ecodrix.Server.Http.RouteAudience.Public,
            audience is Ecodrix.Server.Http.RouteAudience.Admin,
            endpoint.Metadata.GetMetadata<IAcceptsMetadata>() is not null,
            [.. endpoint.Metadata.OfType<IParameterBindingMetadata>()
                .Where(parameter => parameter is { IsOptional: true, HasTryParse: true })
                .Select(parameter => JsonNamingPolicy.CamelCase.ConvertName(parameter.Name))]);

    private sealed record Route(string Method, string Template, string Path, bool IsPublic, bool IsAdmin, bool TakesBody, IReadOnlyList<string> ParsedParameters);

    [GeneratedRegex("{[^}]+}")]
    private static partial Regex Placeholder();
}
