using System.Collections.Concurrent;
using System.Globalization;
using Ecodrix.Server.Features.Migrations;
using Ecodrix.Server.Tests.Events;
using Ecodrix.Server.Tests.Tenants;
using Ecodrix.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace Ecodrix.Server.Tests.Migrations;

public sealed class MigrationTests : IAsyncLifetime
{
    private readonly Parts first = new("2026-01-first", parts: 3);

    private readonly Parts second = new("2026-02-second", parts: 1);

    private ServerFixture server = null!;

    private Operator admin = null!;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        server = await ServerFixture.StartAsync(services: all => all.AddSingleton<IMigration>(first).AddSingleton<IMigration>(second));
        admin = new Operator(server);
    }

    public async ValueTask DisposeAsync()
    {
        admin.Dispose();
        await server.DisposeAsync();
    }

    [Fact]
    public async Task Every_tenant_goes_through_every_part_in_order_and_the_state_says_how_far_they_are()
    {
        var tenant = await server.CreateTenantAsync();
        await server.CreateTenantAsync();
        (await StateAsync()).ShouldBe(["2026-01-first 0 0 4", "2026-02-second 0 0 4"]);

        await BookOf().RunAsync(Cancelled);

        (await StateAsync()).ShouldBe(["2026-01-first 4 0 0", "2026-02-second 4 0 0"]);
        first.DoneFor(tenant.Code).ShouldBe(["", "1", "2"]);
        (await admin.AskAsync(HttpMethod.Get, "/api/admin/migrations"))["isPending"]!.GetValue<bool>().ShouldBeFalse();
    }

    [Fact]
    public async Task A_process_that_dies_in_the_middle_is_followed_by_one_that_goes_on_from_there()
    {
        var tenant = await server.CreateTenantAsync();
        first.BreaksAt = "1";
        await BookOf().RunAsync(Cancelled);
        (await StateAsync())[0].ShouldBe("2026-01-first 0 2 0");

        first.BreaksAt = null;
        await BookOf().RunAsync(Cancelled);

        first.DoneFor(tenant.Code).ShouldBe(["", "1", "2"]);
        (await StateAsync()).ShouldBe(["2026-01-first 2 0 0", "2026-02-second 2 0 0"]);
    }

    [Fact]
    public async Task A_tenant_whose_database_is_gone_holds_nobody_else()
    {
        TestStorage.NeedsFiles("this deletes a file.");
        var broken = await server.CreateTenantAsync();
        var other = await server.CreateTenantAsync();
        File.Delete(Path.Combine(server.Folder, "tenants", broken.Code + ".db"));

        await BookOf().RunAsync(Cancelled);

        second.DoneFor(other.Code).Count.ShouldBe(1);
        var state = (await admin.AskAsync(HttpMethod.Get, "/api/admin/migrations"))["migrations"]![0]!;
        state["silent"]!.AsArray().Select(name => name!.GetValue<string>()).ShouldBe([broken.Code]);
    }

    [Fact]
    public async Task A_client_cannot_ask()
    {
        var tenant = await server.CreateTenantAsync();
        using var refused = await tenant.GetAsync("/api/admin/migrations");
        await refused.ShouldFailAsync(System.Net.HttpStatusCode.Unauthorized, "UNAUTHORIZED");
    }

    /// <summary>As a process that has just started.</summary>
    private MigrationBook BookOf() => ActivatorUtilities.CreateInstance<MigrationBook>(server.Services);

    private async Task<IReadOnlyList<string>> StateAsync() =>
    [
        .. (await admin.AskAsync(HttpMethod.Get, "/api/admin/migrations"))["migrations"]!.AsArray()
            .Select(one => string.Create(CultureInfo.InvariantCulture, $"{one!.Text("name")} {one!["done"]!.GetValue<int>()} {one["underWay"]!.GetValue<int>()} {one["pending"]!.GetValue<int>()}")),
    ];

    private sealed class Parts(string name, int parts) : IMigration
    {
        private readonly ConcurrentDictionary<string, ConcurrentQueue<string>> done = new(StringComparer.Ordinal);

        public string Name => name;

        public string Summary => "Does its parts.";

        public string? BreaksAt { get; set; }

        public IReadOnlyList<string> DoneFor(string tenant) => [.. done[tenant]];

        public Task<string?> DoPartAsync(ITenantDatabase database, string? reached, CancellationToken cancellationToken)
        {
            if (reached is not null && string.Equals(reached, BreaksAt, StringComparison.Ordinal))
            {
                throw new InvalidOperationException("killed");
            }

            done.GetOrAdd(database.Tenant.Value, _ => new ConcurrentQueue<string>()).Enqueue(reached ?? "");
            var next = int.Parse(reached ?? "0", CultureInfo.InvariantCulture) + 1;
            return Task.FromResult(next < parts ? next.ToString(CultureInfo.InvariantCulture) : null);
        }
    }
}
