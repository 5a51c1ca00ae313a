using System.Text.Json.Nodes;
using Ecodrix.Engine.Jobs;
using Ecodrix.Server.Tests.Events;
using Microsoft.Extensions.DependencyInjection;

namespace Ecodrix.Server.Tests.Incidents;

/// <summary>Waits for what happens by itself, without sleeping.</summary>
internal static class Until
{
    /// <summary>Reads until it is as wanted; the test's own time-out ends a wait in vain.</summary>
    public static async Task<JsonNode> ReadsAsync(this TenantClient tenant, string path, Func<JsonNode, bool> wanted)
    {
        // Not as fast as it goes: a client may ask only so often.
        using var ticks = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (true)
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            if (await tenant.ReadDataAsync(path) is var read && wanted(read))
            {
                return read;
            }

            await tenant.Server.DrainAsync();
            await ticks.WaitForNextTickAsync(TestContext.Current.CancellationToken);
        }
    }

    public static Task DrainAsync(this ServerFixture server) =>
        server.Services.GetRequiredService<WorkLoop>().DrainAsync(TestContext.Current.CancellationToken);
}
