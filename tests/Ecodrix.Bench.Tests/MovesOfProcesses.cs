using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Ecodrix.Bench.Clusters;
using Ecodrix.Bench.Serving;

namespace Ecodrix.Bench.Tests;

/// <summary>Moves of a tenant between databases, where a process dies or there are several.</summary>
public sealed class MovesOfProcesses
{
    private const string Code = "MOVED";

    private const int Leads = 1_500;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1)]
    [InlineData(Leads)]
    public async Task A_move_whose_process_is_killed_goes_on_when_it_is_repeated_and_keeps_everything(int documents)
    {
        await using var databases = new ServerDatabases(TestServer.Uri);
        await using var server = new ServerUnderTest(settings: null, Served.EndsHoldsSoon);
        await server.StartAsync(Cancelled);
        var tenant = await server.CreateTenantAsync(Code, Cancelled, isLive: true);
        await MovedTenant.FillAsync(tenant, Leads, Cancelled);
        var before = MovedTenant.ReadFile(server, Code);
        var here = await Checksums.ReadAsync(server, Code, place: null, Cancelled);

        var cut = MovedTenant.MoveAsync(server, Code, databases.AddressOf("moved"), Cancelled);
        await CopiedAsync(databases, documents);
        await server.KillAsync();
        await Should.ThrowAsync<HttpRequestException>(() => cut);

        await server.StartAsync(Cancelled);
        await MovedTenant.MoveAgainAsync(server, Code, databases.AddressOf("moved"), Cancelled);
        (await Checksums.ReadAsync(server, Code, databases.AddressOf("moved"), Cancelled)).ShouldBe(here);
        await MovedTenant.MoveAgainAsync(server, Code, MovedTenant.Default, Cancelled);
        MovedTenant.ReadFile(server, Code).OrderBy(one => one.Key, StringComparer.Ordinal).ShouldBe(before.OrderBy(one => one.Key, StringComparer.Ordinal));
        before.Count.ShouldBeGreaterThan(Leads);
    }

    [Fact]
    public async Task Another_instance_reads_on_during_a_move_and_writes_to_the_new_place_within_two_seconds_of_the_switch()
    {
        await using var databases = new ServerDatabases(TestServer.Uri);
        await using var media = new TemporaryFolder();
        var settings = databases.Settings.Append(new("ECODRIX_STORAGE", $"file:{media.Path}")).ToDictionary(StringComparer.Ordinal);
        await using var first = new ServerUnderTest(settings);
        await using var second = new ServerUnderTest(settings);
        await first.StartAsync(Cancelled);
        await second.StartAsync(Cancelled);
        var tenant = await first.CreateTenantAsync(Code, Cancelled, isLive: true);
        await MovedTenant.FillAsync(tenant, 20, Cancelled);
        var here = new WatchedLead(tenant, await WatchedLead.MakeAsync(tenant, "+919876500001", Cancelled));
        var there = new WatchedLead(tenant with { Server = second }, await WatchedLead.MakeAsync(tenant, "+919876500002", Cancelled));

        var moving = MovedTenant.MoveAsync(first, Code, databases.AddressOf("moved"), Cancelled);
        var switched = await Task.WhenAll(here.RefusedUntilAsync(Cancelled), there.RefusedUntilAsync(Cancelled));
        await moving;

        (switched[1] - switched[0]).ShouldBeLessThan(TimeSpan.FromSeconds(2));
        here.Reads.Concat(there.Reads).Distinct().ShouldBe([HttpStatusCode.OK]);
        await there.ChangeAsync("after", Cancelled);
        (await tenant.GetAsync($"/api/crm/leads/{there.Id}", Cancelled)).GetProperty("lastName").GetString().ShouldBe("after");
        (await databases.CountAsync("moved", Cancelled)).ShouldBeGreaterThan(20);
        (await databases.CountAsync(Code, Cancelled)).ShouldBe(0);
    }

    /// <summary>Waits until so many documents are at the new place.</summary>
    private static async Task CopiedAsync(ServerDatabases databases, int documents)
    {
        using var ticks = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (await databases.CountAsync("moved", Cancelled) < documents)
        {
            await ticks.WaitForNextTickAsync(Cancelled);
        }
    }

    /// <summary>A lead that is read and changed again and again through one instance.</summary>
    private sealed class WatchedLead(Tenant tenant, string id)
    {
        public string Id => id;

        public List<HttpStatusCode> Reads { get; } = [];

        public static async Task<string> MakeAsync(Tenant tenant, string phone, CancellationToken cancellationToken) =>
            (await tenant.PostAsync("/api/crm/leads", new { firstName = "Asha", phone }, cancellationToken)).GetProperty("_id").GetString()!;

        /// <returns>When a change was taken again after one was refused, since the machine's start.</returns>
        public async Task<TimeSpan> RefusedUntilAsync(CancellationToken cancellationToken)
        {
            using var http = new HttpClient { BaseAddress = tenant.Server.Address };
            using var ticks = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
            for (var wasRefused = false; ;)
            {
                Reads.Add(await SendAsync(http, HttpMethod.Get, null, cancellationToken));
                var changed = await SendAsync(http, HttpMethod.Patch, JsonContent.Create(new { lastName = "meanwhile" }), cancellationToken);
                changed.ShouldBeOneOf(HttpStatusCode.OK, HttpStatusCode.ServiceUnavailable);
                if (changed is HttpStatusCode.OK && wasRefused)
                {
                    return TimeSpan.FromTicks(Stopwatch.GetTimestamp() * TimeSpan.TicksPerSecond / Stopwatch.Frequency);
                }

                wasRefused |= changed is not HttpStatusCode.OK;
                await ticks.WaitForNextTickAsync(cancellationToken);
            }
        }

        public Task<JsonElement> ChangeAsync(string lastName, CancellationToken cancellationToken) =>
            tenant.Server.SendAsync(HttpMethod.Patch, $"/api/crm/leads/{id}", new { lastName }, cancellationToken, tenant.Headers);

        private async Task<HttpStatusCode> SendAsync(HttpClient http, HttpMethod method, HttpContent? content, CancellationToken cancellationToken)
        {
            using var request = new HttpRequestMessage(method, $"/api/crm/leads/{id}") { Content = content };
            foreach (var (name, value) in tenant.Headers)
            {
                request.Headers.Add(name, value);
            }

            using var response = await http.SendAsync(request, cancellationToken);
            return response.StatusCode;
        }
    }
}
