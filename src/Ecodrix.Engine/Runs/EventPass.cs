using Ecodrix.Engine.Jobs;

namespace Ecodrix.Engine.Runs;

/// <summary>Takes an event as far as it goes now: asks what is next, does it, until there is nothing due.</summary>
internal sealed class EventPass(EventOpening opening, StepPass steps, EventNews news, IHeldTenants holds, Settling settling)
{
    public async Task RunAsync(Hold hold)
    {
        var held = hold.Work;
        var wasDeferred = held.Current.Event!.Deferred is not null;
        await AdvanceAsync(hold);
        if (wasDeferred && held.Current.Event!.Deferred is null && !held.Lost.IsCancellationRequested)
        {
            await opening.ForgetDeferralAsync(held.Current, hold.Abort);
        }
    }

    private async Task AdvanceAsync(Hold hold)
    {
        var held = hold.Work;
        while (true)
        {
            if (hold.Stopping.IsCancellationRequested || await holds.IsHeldAsync(held.Database!.Tenant, hold.Abort))
            {
                await settling.HandBackAsync(held, TimeSpan.Zero);
                return;
            }

            held.Change(work => Signals.Apply(work, settling.Turn(work)));
            var move = EventMachine.Next(held.Current, settling.NowOf(held.Current));
            if (move is Move.Rest)
            {
                await settling.SettleAsync(held, work => EventMachine.Rested(work, settling.NowOf(work)));
                return;
            }

            if (!await DoAsync(hold, move))
            {
                return;
            }
        }
    }

    /// <returns>False when the work is no longer this worker's.</returns>
    private async Task<bool> DoAsync(Hold hold, Move move)
    {
        var held = hold.Work;
        switch (move)
        {
            case Move.Admit:
                return await opening.AdmitAsync(held, hold.Abort);
            case Move.Match:
                return await opening.MatchAsync(held, hold.Abort);
            case Move.Wake:
                await news.WakeAsync(held, hold.Abort);
                return true;
            case Move.Prelude:
                return await steps.PreludeAsync(hold);
            case Move.Perform perform:
                return await steps.PerformAsync(hold, new Place.InRun(perform.Run, perform.Step));
            case Move.EndWait wait:
                await steps.EndWaitAsync(held, wait, hold.Abort);
                return true;
            case Move.Conclude:
                held.Change(work => EventMachine.Conclude(work, settling.NowOf(work)));
                return true;
            default:
                return await news.ReportAsync(hold) || !held.Lost.IsCancellationRequested;
        }
    }
}
