using System.Globalization;
using Ecodrix.Bench.Serving;

namespace Ecodrix.Bench;

/// <summary>What the server costs while nobody asks anything of it.</summary>
internal static class Idle
{
    private static readonly TimeSpan Calm = TimeSpan.FromSeconds(15);

    /// <summary><c>idle [tenants] [seconds]</c></summary>
    public static async Task RunAsync(IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        var tenants = Arguments.Number(arguments, 1_000);
        var duration = TimeSpan.FromSeconds(Arguments.Number(arguments, 60, at: 1));
        await using var server = new ServerUnderTest(switches: Served.CountsQueries);
        await server.StartAsync(cancellationToken);
        for (var number = 0; number < tenants; number++)
        {
            await server.CreateTenantAsync($"BENCH{number}", cancellationToken);
        }

        await RestAsync(server, "after making the tenants", tenants, duration, cancellationToken);
        await server.TerminateAsync();
        await server.StartAsync(cancellationToken);
        await RestAsync(server, "after a restart", tenants, duration, cancellationToken);
    }

    private static async Task RestAsync(ServerUnderTest server, string when, int tenants, TimeSpan duration, CancellationToken cancellationToken)
    {
        await Task.Delay(Calm, TimeProvider.System, cancellationToken);
        var (cpu, calls) = (server.CpuTime(), await CallsAsync(server, cancellationToken));
        await Task.Delay(duration, TimeProvider.System, cancellationToken);
        var (spent, asked) = (server.CpuTime() - cpu, await CallsAsync(server, cancellationToken) - calls);

        var table = new Table($"idle with {tenants} tenants, {when}", "figure");
        table.Add("resident", $"{server.ResidentBytes() / 1024 / 1024} MiB");
        table.Add("reads and writes of the services database, a second", (asked / duration.TotalSeconds).ToString("0.00", CultureInfo.InvariantCulture));
        table.Add("of a core", (spent / duration * 100).ToString("0.00", CultureInfo.InvariantCulture) + " %");
        table.Write(Console.Out);
    }

    private static async Task<long> CallsAsync(ServerUnderTest server, CancellationToken cancellationToken) =>
        (await server.SendAsync(HttpMethod.Get, "/bench/queries", null, cancellationToken)).GetInt64();
}
