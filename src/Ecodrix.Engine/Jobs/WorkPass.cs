using Ecodrix.Engine.Runs;
using Ecodrix.Storage;
using Microsoft.Extensions.Logging;

namespace Ecodrix.Engine.Jobs;

/// <summary>One worker's time with one item, from the claim to the settle.</summary>
internal sealed partial class WorkPass(EventPass events, JobPass jobs, LeadLines lines, Settling settling, ITenantDatabases databases, IHeldTenants holds, TimeProvider clock, ILogger<WorkPass> logger)
{
    /// <summary>Never throws: what cannot be settled stays under its lease and is taken again.</summary>
    public async Task RunAsync(Hold hold)
    {
        var held = hold.Work;
        using var activity = EngineTelemetry.WorkStarted(held.Current);
        using var scope = LogScopes.Of(logger, held.Current);
        try
        {
            await AdvanceOrAgainAsync(hold);
        }
        catch (Exception failure)
        {
            LogBrokeOff(held.Current.Id, failure);
            await HandBackAsync(hold, failure);
        }
        finally
        {
            lines.Forget(held.Current);
        }
    }

    /// <summary>A tenant's database that fails once is asked once more, while the lead's next event waits. When it fails twice everything of the tenant is held, and taken again in its order.</summary>
    private async Task AdvanceOrAgainAsync(Hold hold)
    {
        try
        {
            await AdvanceAsync(hold);
        }
        catch (DatabaseUnavailableException failure) when (failure.Tenant is not null && !hold.Work.Lost.IsCancellationRequested)
        {
            LogFailedOnce(hold.Work.Current.Id, failure);
            await AdvanceAsync(hold);
        }
    }

    private async Task AdvanceAsync(Hold hold)
    {
        var held = hold.Work;
        if (!held.IsFirstInLine && await lines.IsBehindAsync(held.Current, hold.Abort))
        {
            await settling.HandBackAsync(held, lines.AgainAt(held.Current));
            return;
        }

        held.Database ??= await databases.OpenAsync(TenantId.Parse(held.Current.Tenant), hold.Abort);
        if (held.Current.Untold && await settling.TellLeftoverAsync(held) is not HeldWrite.Written)
        {
            return;
        }

        await (held.Current.Event is null ? jobs.RunAsync(hold) : events.RunAsync(hold));
    }

    private async Task HandBackAsync(Hold hold, Exception failure)
    {
        var held = hold.Work;
        if (held.Lost.IsCancellationRequested)
        {
            return;
        }

        try
        {
            var now = clock.GetUtcNow();
            var isOutage = failure is DatabaseUnavailableException or OperationCanceledException;
            held.Change(work => isOutage ? work : work with { Attempts = work.Attempts + 1, LastError = $"It broke off ({failure.GetType().Name})." });

            // What is held as a whole is taken again the moment it is held no longer, and in the order in which it came.
            var pause = !isOutage ? Backoff.After(held.Current.Attempts, 0)
                : failure is OperationCanceledException || await holds.IsHeldAsync(TenantId.Parse(held.Current.Tenant), CancellationToken.None) ? TimeSpan.Zero // Nor does the end of the process keep it.
                : Backoff.Patience;
            await settling.HandBackAsync(held, now + pause);
        }
        catch (Exception second)
        {
            LogLeftToItsLease(held.Current.Id, second);
        }
    }

    [LoggerMessage(LogLevel.Warning, "A database failed work {WorkId}, which goes on where it was.")]
    private partial void LogFailedOnce(string workId, Exception failure);

    [LoggerMessage(LogLevel.Error, "Work {WorkId} broke off and is tried again.")]
    private partial void LogBrokeOff(string workId, Exception failure);

    [LoggerMessage(LogLevel.Error, "Work {WorkId} could not be handed back; it is taken again when its lease ends.")]
    private partial void LogLeftToItsLease(string workId, Exception failure);
}
