using Ecodrix.Server.Configuration;
using Ecodrix.Server.Features.Leads;
using Ecodrix.Server.Features.Restores.Epochs;
using Ecodrix.Server.Features.Tenants;

namespace Ecodrix.Server.Features.Restores.Holding;

/// <summary>Before anything is worked on: begins a hold when the operator wants one, or when the services database is older than its mark says.</summary>
/// <remarks>The hold is durable before the epoch goes on, so a crash in between finds the same and holds again.</remarks>
internal sealed partial class HoldStart(
    Settings settings, HoldDoor holds, EpochBook epochs, ClientsDoor clients, OutboxDoor outboxes, ILogger<HoldStart> logger) : IHostedService
{
    private const string Wanted = "the server was started with ECODRIX_HOLD, and the hold has not been released";

    private const string Restored = "the services database was restored, and the hold has not been released";

    private const int AtOnce = 200;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var newer = await epochs.FindNewerMarkAsync(cancellationToken);
        if (newer is not null)
        {
            await holds.BeginAsync(Restored, cancellationToken);
            await SuspectOutboxesAsync(cancellationToken);
        }

        if (settings.Hold)
        {
            await holds.BeginAsync(Wanted, cancellationToken);
        }

        await epochs.AdvanceAsync(newer, cancellationToken);
        if ((await holds.ReadAsync(cancellationToken)).IsInForce)
        {
            LogHeld();
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>The tenants' databases may be younger than this one, and then nothing here tells of what is left in them.</summary>
    private async Task SuspectOutboxesAsync(CancellationToken cancellationToken)
    {
        IReadOnlyList<ListedClient> page;
        for (var skip = 0; (page = await clients.ListAsync(skip, AtOnce, cancellationToken)).Count > 0; skip += page.Count)
        {
            foreach (var tenant in page.SelectMany(client => new[] { client.TenantOf(isTest: false), client.TenantOf(isTest: true) }))
            {
                await outboxes.SuspectAsync(tenant, cancellationToken);
            }
        }
    }

    [LoggerMessage(LogLevel.Warning, "No effect leaves this server: it is held after a restore. See ecodrix release --help.")]
    private partial void LogHeld();
}
