using Ecodrix.Server.Instances;
using Ecodrix.Storage;
using Ecodrix.Storage.Conditions;

namespace Ecodrix.Server.Features.Leads;

/// <summary>Writes on what a process that died, or a change that failed on its way, left in the outboxes of leads.</summary>
/// <remarks>A crash here loses nothing: the marks stay until every outbox that they stand for is empty.</remarks>
internal sealed partial class OutboxRecovery(
    IServicesDatabase services, ITenantDatabases databases, LeadOutbox outbox, OutboxMarks own, Rounds rounds, TimeProvider clock, ILogger<OutboxRecovery> logger)
    : BackgroundService
{
    private const int AtOnce = 100;

    private const int MostMarks = 10_000;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(30);

    /// <summary>A mark that its process has not renewed for so long has no process any more.</summary>
    private static readonly TimeSpan Abandoned = TimeSpan.FromMinutes(5);

    private readonly IDocuments<OutboxMark> marks = services.Documents<OutboxMark>();

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, clock);
        do
        {
            try
            {
                await (await rounds.TryBeginAsync("outboxes", Interval, stoppingToken) ? RecoverAsync(stoppingToken) : RecoverOwnAsync(stoppingToken));
            }
            catch (DatabaseUnavailableException unavailable)
            {
                LogPutOff(unavailable);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    /// <summary>Empties what others and this process left. Tests call this instead of waiting.</summary>
    internal async Task RecoverAsync(CancellationToken cancellationToken)
    {
        foreach (var mark in await marks.QueryAsync(new DocumentQuery(null, MostMarks), cancellationToken))
        {
            await RecoverAsync(mark, cancellationToken);
        }

        await own.RenewAsync(cancellationToken);
    }

    /// <summary>While another instance looks after what was left by others.</summary>
    private async Task RecoverOwnAsync(CancellationToken cancellationToken)
    {
        foreach (var mark in await marks.QueryAsync(new DocumentQuery(Condition.Eq("process", own.Process), MostMarks), cancellationToken))
        {
            await RecoverAsync(mark, cancellationToken);
        }

        await own.RenewAsync(cancellationToken);
    }

    private async Task RecoverAsync(OutboxMark mark, CancellationToken cancellationToken)
    {
        var isOwn = string.Equals(mark.Process, own.Process, StringComparison.Ordinal);
        if (!TenantId.TryParse(mark.Tenant, out var tenant) || (isOwn && !own.IsUnsettled(tenant)))
        {
            return;
        }

        if (!await TryEmptyAsync(tenant, isOwn, cancellationToken) || isOwn)
        {
            return;
        }

        // The mark of a process that may still live is left to it; looking again costs little.
        if (clock.GetUtcNow() - mark.SeenAt >= Abandoned)
        {
            await marks.DeleteAsync(mark.Id, cancellationToken);
        }
    }

    private async Task<bool> TryEmptyAsync(TenantId tenant, bool isOwn, CancellationToken cancellationToken)
    {
        try
        {
            if (isOwn)
            {
                // Said before the look, so that what fails meanwhile is looked for again.
                own.Settle(tenant);
            }

            await EmptyAsync(await databases.OpenAsync(tenant, cancellationToken), cancellationToken);
            return true;
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
        {
            LogFailed(tenant.Value, failure);
            own.Unsettle(tenant);
            return false;
        }
    }

    private async Task EmptyAsync(ITenantDatabase database, CancellationToken cancellationToken)
    {
        var waiting = new DocumentQuery(Condition.Exists("outboxSince"), AtOnce);
        while (await database.Documents<Lead>().QueryAsync(waiting, cancellationToken) is { Count: > 0 } leads)
        {
            foreach (var lead in leads)
            {
                await outbox.RelayAsync(database, lead, cancellationToken);
            }
        }
    }

    [LoggerMessage(LogLevel.Warning, "The outboxes of {Tenant} could not be emptied and are tried again.")]
    private partial void LogFailed(string tenant, Exception failure);

    [LoggerMessage(LogLevel.Warning, "The outboxes are looked at again later: the services database does not answer.")]
    private partial void LogPutOff(Exception failure);
}
