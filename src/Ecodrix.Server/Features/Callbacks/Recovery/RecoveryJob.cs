using System.Text.Json;
using Ecodrix.Engine.Jobs;
using Ecodrix.Engine.Runs;
using Ecodrix.Server.Features.Callbacks.Receivers;
using Ecodrix.Server.Features.Jobs;
using Ecodrix.Storage;

namespace Ecodrix.Server.Features.Callbacks.Recovery;

/// <summary>Sends callbacks again, a slice at a time.</summary>
/// <remarks>A crash within a slice repeats it; what it sent again already has an attempt since the job was made, or is due, and is passed over.</remarks>
internal sealed class RecoveryJob(JobDoor jobs, ReceiverBook receivers, IServiceProvider services, ITenantClock clocks) : IWorkHandler
{
    public const string JobType = "callbacks_recover";

    private const int Slice = 100;

    public string Type => JobType;

    public static JsonElement Write(RecoveryState state) => JsonSerializer.SerializeToElement(state, CallbacksJson.Default.RecoveryState);

    public async Task<WorkOutcome> AdvanceAsync(
        ITenantDatabase database, WorkItem work, Func<JsonElement, Task<bool>> recordEffectAsync, CancellationToken cancellationToken)
    {
        var state = work.State!.Value.Deserialize(CallbacksJson.Default.RecoveryState)!;
        var slice = await jobs.SliceAsync(database.Tenant, state.Conditions(), state.Last, Slice, cancellationToken);
        var again = slice.Where(item => IsToBeSent(item.Callback!, work.CreatedAt, clocks.Now(database.Tenant))).ToList();
        foreach (var host in again.Select(item => ReceiverDoor.HostOf(item.Callback!.Url)).OfType<string>().Distinct(StringComparer.Ordinal))
        {
            await receivers.TryAgainAsync(database.Tenant, host, cancellationToken);
        }

        // Resolved here: the engine's door knows its handlers.
        var control = services.GetRequiredService<IWorkControl>();
        foreach (var item in again)
        {
            await control.ResendCallbackAsync(database.Tenant, item.Id, cancellationToken);
        }

        var progress = new Progress((work.Progress?.Done ?? 0) + again.Count, work.Progress?.Total);
        return slice.Count < Slice
            ? new WorkOutcome.Done { Progress = progress }
            : new WorkOutcome.NextAt(clocks.Now(database.Tenant)) { State = Write(state with { Last = slice[^1].Id }), Progress = progress };
    }

    /// <summary>Whether it was not sent since the job was made and does not leave by itself anyway.</summary>
    internal static bool IsToBeSent(CallbackState callback, DateTimeOffset since, DateTimeOffset now) =>
        callback.Attempts is [.., var last] && last.At < since
        && !(callback is { Status: CallbackStatus.Pending, NextAttemptAt: { } next } && next <= now);
}
