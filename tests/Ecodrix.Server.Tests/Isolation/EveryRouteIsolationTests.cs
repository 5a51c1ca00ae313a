using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Ecodrix.Engine.Jobs;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Ecodrix.Server.Tests.Isolation;

/// <summary>Nothing of one tenant can be reached with another's key, nor with its own test key: shown for every route.</summary>
public sealed partial class EveryRouteIsolationTests(ServerFixture server) : IClassFixture<ServerFixture>
{
    private static readonly string[] Methods = ["GET", "POST", "PUT", "PATCH", "DELETE"];

    [Fact]
    public void Every_tenant_route_has_its_line_in_the_table_and_every_line_its_route() =>
        RouteTable.Mapped(server.Services.GetServices<EndpointDataSource>()).Order(StringComparer.Ordinal).ShouldBe(
            RouteTable.WithId.Keys.Concat(RouteTable.ListsOfOne.Keys).Concat(RouteTable.Lists).Concat(RouteTable.WithIdsInBody.Keys)
                .Concat(RouteTable.OfTheCallerAlone).Order(StringComparer.Ordinal));

    [Fact]
    public async Task An_id_of_another_tenant_or_of_the_other_mode_is_not_found_and_stays_as_it_is()
    {
        var (things, before, strangers) = await SceneAsync();

        foreach (var stranger in strangers)
        {
            foreach (var (route, (id, body)) in RouteTable.WithId)
            {
                var answer = await SendAsync(stranger, route, id(things), body is null ? null : JsonNode.Parse(body)!.AsObject());
                if (!IsCopied(things, stranger, id(things)))
                {
                    answer.Status.ShouldBe(HttpStatusCode.NotFound, $"{route}: {answer.Text}");
                }

                NamesNothingOf(things, stranger, route, answer.Text);
            }
        }

        await IsUnchangedAsync(things, before);
    }

    [Fact]
    public async Task No_other_method_on_such_a_path_reaches_it_either()
    {
        var (things, before, strangers) = await SceneAsync();
        var known = RouteTable.Mapped(server.Services.GetServices<EndpointDataSource>()).Select(Shape).ToHashSet(StringComparer.Ordinal);
        var paths = RouteTable.WithId.Select(entry => (Path: entry.Key.Split(' ')[1], entry.Value.Id)).DistinctBy(path => path.Path, StringComparer.Ordinal);
        var others = (from path in paths
                      from method in Methods
                      where !known.Contains(Shape($"{method} {path.Path}"))
                      select (Route: $"{method} {path.Path}", path.Id)).ToList();

        others.ShouldNotBeEmpty();
        foreach (var stranger in strangers)
        {
            foreach (var (route, id) in others)
            {
                var answer = await SendAsync(stranger, route, id(things), null);
                ((int)answer.Status).ShouldBeInRange(400, 499, route);
                NamesNothingOf(things, stranger, route, answer.Text);
            }
        }

        await IsUnchangedAsync(things, before);
    }

    [Fact]
    public async Task Lists_name_nothing_of_another_tenant_or_of_the_other_mode()
    {
        var (things, _, strangers) = await SceneAsync();

        foreach (var stranger in strangers)
        {
            foreach (var route in RouteTable.Lists)
            {
                var answer = await SendAsync(stranger, route, "", null);
                answer.Status.ShouldBe(HttpStatusCode.OK, $"{route}: {answer.Text}");
                NamesNothingOf(things, stranger, route, answer.Text);
            }

            foreach (var (route, id) in RouteTable.ListsOfOne)
            {
                var answer = await SendAsync(stranger, route, id(things), null);
                JsonNode.Parse(answer.Text)!["data"]!.AsArray().ShouldBeEmpty(route);
            }
        }
    }

    [Fact]
    public async Task An_id_of_another_tenant_in_a_body_finds_nobody()
    {
        var (things, before, strangers) = await SceneAsync();

        foreach (var stranger in strangers)
        {
            foreach (var (route, (body, status)) in RouteTable.WithIdsInBody)
            {
                var answer = await SendAsync(stranger, route, "", body(things));
                ((int)answer.Status).ShouldBe(status, $"{route}: {answer.Text}");
                if (answer.Status is HttpStatusCode.OK && JsonNode.Parse(answer.Text)!["data"] is JsonObject counted)
                {
                    (counted["deleted"] ?? counted["cancelled"] ?? counted["accepted"])?.GetValue<int>().ShouldBe(0, $"{route}: {answer.Text}");
                }
            }
        }

        await server.Services.GetRequiredService<WorkLoop>().DrainAsync(TestContext.Current.CancellationToken);
        await IsUnchangedAsync(things, before);
    }

    private async Task<(OwnedThings Things, IReadOnlyList<string> Before, IReadOnlyList<HttpClient> Strangers)> SceneAsync()
    {
        var things = await OwnedThings.MakeAsync(await server.CreateTenantAsync());
        var other = await server.CreateTenantAsync();
        return (things, await things.SeenByOwnerAsync(), [other.Http, other.TestHttp, things.Owner.TestHttp]);
    }

    /// <summary>Then the twin finds its own copy; that the owner's is unchanged is demanded all the same.</summary>
    private static bool IsCopied(OwnedThings things, HttpClient stranger, string id) =>
        ReferenceEquals(stranger, things.Owner.TestHttp) && things.Copied.Contains(id, StringComparer.Ordinal);

    private static async Task IsUnchangedAsync(OwnedThings things, IReadOnlyList<string> before) =>
        (await things.SeenByOwnerAsync()).ShouldBe(before);

    private static void NamesNothingOf(OwnedThings things, HttpClient stranger, string route, string text)
    {
        foreach (var id in things.Ids.Where(id => !IsCopied(things, stranger, id)))
        {
            text.ShouldNotContain(id, Case.Sensitive, route);
        }
    }

    private static async Task<(HttpStatusCode Status, string Text)> SendAsync(HttpClient stranger, string route, string id, JsonObject? body)
    {
        var parts = route.Split(' ');
        using var request = new HttpRequestMessage(new HttpMethod(parts[0]), Placeholder().Replace(parts[1].Replace("{index}", "0", StringComparison.Ordinal), id));
        request.Content = body is null ? null : JsonContent.Create(body);
        using var response = await stranger.SendAsync(request, TestContext.Current.CancellationToken);
        return (response.StatusCode, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    private static string Shape(string route) => Placeholder().Replace(route, "{}");

    [GeneratedRegex("{[^}]+}")]
    private static partial Regex Placeholder();
}
