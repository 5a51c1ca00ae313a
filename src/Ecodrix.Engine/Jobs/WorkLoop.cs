using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Ecodrix.Engine.Jobs;

/// <summary>Claims what is due and fits, and has it worked on.</summary>
/// <remarks>A crash between claim and settle loses nothing: the lease ends and the item is taken again. An effect that was started and not settled comes back as a repeat, never as a second first time.</remarks>
internal sealed partial class WorkLoop(
    WorkQueue queue, FairTurns turns, Admission admission, Slots slots, Vacancies vacancies, UnderWay underWay, FairProcessor processor, Waker waker, IOptions<EngineOptions> options, ILogger<WorkLoop> logger) : BackgroundService
{
    private readonly SemaphoreSlim claiming = new(1);
    private bool isStopped;

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        if (options.Value.Works)
        {
            queue.Begin = underWay.Begin;
            if (options.Value.IsAlone)
            {
                await queue.FreeAbandonedAsync(cancellationToken);
            }

            slots.Open();
        }

        await base.StartAsync(cancellationToken);
    }

    /// <summary>From here on nothing is taken, and what is under way ends at its next step. A host may stop it once more when it is gone already.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        slots.Close();
        if (!Interlocked.Exchange(ref isStopped, true))
        {
            await underWay.HurryAsync();
        }

        await base.StopAsync(cancellationToken);
    }

    public override void Dispose()
    {
        claiming.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!options.Value.Works)
        {
            return;
        }

        using var letGo = new CancellationTokenSource();
        var heartbeat = underWay.HoldLeasesAsync(letGo.Token);
        var woken = true;
        try
        {
            for (var turn = 0; !stoppingToken.IsCancellationRequested; turn++)
            {
                await ClaimSafelyAsync(woken, turn, stoppingToken);
                woken = await waker.WaitAsync(options.Value.Pause, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The end of the loop.
        }

        await underWay.EndAsync();
        await letGo.CancelAsync();
        await heartbeat;
    }

    /// <summary>Begins what is due now and fits.</summary>
    /// <returns>How many were begun.</returns>
    internal async Task<int> ClaimAsync(IEnumerable<Lane> lanes, CancellationToken cancellationToken)
    {
        await claiming.WaitAsync(cancellationToken);
        try
        {
            var begun = 0;
            var goesOn = true;
            vacancies.Forget();

            // Lane by lane in each round: a long queue of one does not keep the other from being looked at.
            while (goesOn)
            {
                goesOn = false;
                foreach (var lane in lanes)
                {
                    var round = await ClaimAsync(lane, cancellationToken);
                    begun += round.Begun;
                    goesOn |= round.HasMore;
                }

                // A poll looks at one lane; where it has found work, the other may have some that came due with it.
                if (begun > 0)
                {
                    lanes = Enum.GetValues<Lane>();
                }
            }

            return begun;
        }
        finally
        {
            claiming.Release();
        }
    }

    /// <summary>Works until nothing is due that is not done. Tests call this instead of waiting.</summary>
    internal async Task DrainAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            // What ends while it is looked for leaves room that the look did not see, be it begun before or meanwhile.
            var before = underWay.Beginnings;
            var wasIdle = underWay.IsEmpty && slots.AreAllFree;
            await ClaimAsync(Enum.GetValues<Lane>(), cancellationToken);
            if (wasIdle && underWay.Beginnings == before)
            {
                return;
            }

            await underWay.PresentAsync().WaitAsync(cancellationToken);
        }
    }

    /// <returns>How many were begun, and whether more can be begun at once.</returns>
    private async Task<(int Begun, bool HasMore)> ClaimAsync(Lane lane, CancellationToken cancellationToken)
    {
        if (slots.Free(lane) is not (var free and > 0))
        {
            vacancies.Want();
            return (0, false);
        }

        var taken = await turns.TakeAsync(lane, free, cancellationToken);
        var refused = new HashSet<string>(StringComparer.Ordinal);
        var dealt = await AdmitAsync(taken.Work, refused, cancellationToken);
        var begun = (await Task.WhenAll(dealt.Select(work => ClaimAsync(work, cancellationToken)))).OfType<HeldWork>().ToList();
        begun.ForEach(underWay.Begin);
        turns.Begun(lane, taken, refused);

        string[] starved = [.. taken.Starved.Union(refused, StringComparer.Ordinal)];
        if (starved.Length > 0 || slots.Free(lane) == 0)
        {
            vacancies.Want();
        }

        // Short work has ended meanwhile, when nothing was known to wait.
        foreach (var tenant in starved)
        {
            vacancies.Offer(tenant, lane);
        }

        return (begun.Count, dealt.Count > 0 && starved.Length > 0 && slots.Free(lane) > 0);
    }

    /// <param name="refused">Filled with the tenants of which something has to wait; nothing of them that comes after it is let in.</param>
    private async Task<List<WorkItem>> AdmitAsync(IReadOnlyList<WorkItem> due, HashSet<string> refused, CancellationToken cancellationToken)
    {
        var admitted = new List<WorkItem>();
        foreach (var work in due.Where(work => !underWay.Has(work.Id) && !refused.Contains(work.Tenant)))
        {
            if (await admission.TryTakeInTurnAsync(work, cancellationToken))
            {
                admitted.Add(work);
            }
            else
            {
                refused.Add(work.Tenant);
            }
        }

        return admitted;
    }

    private async Task<HeldWork?> ClaimAsync(WorkItem work, CancellationToken cancellationToken)
    {
        HeldWork? held = null;
        try
        {
            held = await queue.ClaimAsync(work, cancellationToken);
        }
        finally
        {
            if (held is null)
            {
                slots.Release(work.Tenant, work.Lane);
            }
        }

        return held;
    }

    private async Task ClaimSafelyAsync(bool woken, int turn, CancellationToken cancellationToken)
    {
        try
        {
            // Asked by no one, one lane at a time: an idle engine costs one query a pause.
            await processor.RunFirstAsync(() => ClaimAsync(woken ? Enum.GetValues<Lane>() : [(Lane)(turn % 2)], cancellationToken));
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
        {
            LogClaimFailed(failure);
        }
    }

    [LoggerMessage(LogLevel.Error, "Due work could not be claimed; it is tried again.")]
    private partial void LogClaimFailed(Exception failure);
}
