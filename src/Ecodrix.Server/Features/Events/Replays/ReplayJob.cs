using System.Globalization;
using System.Text.Json;
using Ecodrix.Engine.Jobs;
using Ecodrix.Engine.Runs;
using Ecodrix.Server.Features.Events.Triggers;
using Ecodrix.Server.Features.Jobs;
using Ecodrix.Server.Features.Leads;
using Ecodrix.Server.Features.Tenants;
using Ecodrix.Storage;

namespace Ecodrix.Server.Features.Events.Replays;

/// <summary>Fires events again, a slice at a time and no faster than the client may fire them itself; the day's limit holds for them, too.</summary>
/// <remarks>Each new event has an id that is made of the job's and the old event's: a crash within a slice repeats the slice, and each event is fired once all the same.</remarks>
internal sealed partial class ReplayJob(
    JobDoor jobs, LeadDoor leads, DailyQuota quota, TenantDoor tenants, IServiceProvider services, ITenantClock clocks, ILogger<ReplayJob> logger) : IWorkHandler
{
    public const string JobType = "events_replay";

    private const int Slice = 100;

    private const int DefaultPerMinute = 600;

    public string Type => JobType;

    public static JsonElement Write(ReplayState state) => JsonSerializer.SerializeToElement(state, EventsJson.Default.ReplayState);

    public async Task<WorkOutcome> AdvanceAsync(
        ITenantDatabase database, WorkItem work, Func<JsonElement, Task<bool>> recordEffectAsync, CancellationToken cancellationToken)
    {
        if (await tenants.FindProfileAsync(database.Tenant, cancellationToken) is not { } client)
        {
            return new WorkOutcome.Failed("NOT_FOUND", "The client is gone.");
        }

        var state = work.State!.Value.Deserialize(EventsJson.Default.ReplayState)!;
        var done = work.Progress?.Done ?? 0;
        var slice = await jobs.SliceAsync(database.Tenant, state.Conditions(), state.Last, Slice, cancellationToken);
        foreach (var played in slice)
        {
            if (!await quota.TryTakeAsync(database.Tenant, client, cancellationToken))
            {
                return new WorkOutcome.TryLater(EventErrors.DailyEventsUsed.Message, Tomorrow(database.Tenant, client.Zone), CountsAsAttempt: false)
                {
                    State = Write(state),
                    Progress = new Progress(done, work.Progress?.Total),
                };
            }

            await FireAsync(database, work, played, cancellationToken);
            state = state with { Last = played.Id };
            done++;
        }

        var progress = new Progress(done, work.Progress?.Total);
        var pause = TimeSpan.FromMinutes((double)Slice / (client.Limits.TriggersPerMinute ?? DefaultPerMinute));
        return slice.Count < Slice
            ? new WorkOutcome.Done { Progress = progress }
            : new WorkOutcome.NextAt(clocks.Now(database.Tenant) + pause) { State = Write(state), Progress = progress };
    }

    private async Task FireAsync(ITenantDatabase database, WorkItem job, WorkItem played, CancellationToken cancellationToken)
    {
        var who = new LeadIdentity(played.LeadId, played.Event!.Phone, played.Event.Email);
        if (await leads.FindOrMakeAsync(database, who, seed: null, Cause.System, cancellationToken) is not { Lead: var lead })
        {
            LogLeadGone(played.Id);
            return;
        }

        // Resolved here: the intake knows who hears of events, and some of those fire events.
        var intake = services.GetRequiredService<IEventIntake>();
        for (var look = 0; ; look++)
        {
            var id = DocumentId.Derived(job.Id, string.Create(CultureInfo.InvariantCulture, $"replay:{played.Id}:{look}"));
            var accepted = await intake.AcceptAsync(
                Repetition.Of(played, id, database, lead.Id) with { Lane = Lane.Bulk, Traceparent = job.Traceparent }, cancellationToken);
            if (accepted.Added || string.Equals(accepted.Work.Event?.ReplayOf, played.Id, StringComparison.Ordinal))
            {
                return;
            }
        }
    }

    private DateTimeOffset Tomorrow(TenantId tenant, TimeZoneInfo zone)
    {
        var midnight = TimeZoneInfo.ConvertTime(clocks.Now(tenant), zone).Date.AddDays(1);
        return WallClock.At(midnight, zone);
    }

    [LoggerMessage(LogLevel.Information, "Event {EventId} is not fired again: its lead is gone.")]
    private partial void LogLeadGone(string eventId);
}
