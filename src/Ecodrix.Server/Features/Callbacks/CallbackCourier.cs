using System.Text;
using Ecodrix.Channels.Callbacks;
using Ecodrix.Channels.Guarding;
using Ecodrix.Engine.Jobs;
using Ecodrix.Engine.Runs;
using Ecodrix.Server.Features.Tenants.Secrets;
using Ecodrix.Storage;
using EngineAttempt = Ecodrix.Engine.Runs.CallbackAttempt;

namespace Ecodrix.Server.Features.Callbacks;

/// <summary>Brings callbacks to their receivers, signed with the tenant's secrets as they are at each attempt.</summary>
internal sealed class CallbackCourier(CallbackSender sender, GuardedConnector connector, SecretsDoor secrets, ITenantClock clocks) : ICallbackCourier
{
    public string Write(WorkItem work, DateTimeOffset now) => work.Callback!.Payload is { } payload
        ? CallbackBody.OfPayload(payload).Body ?? throw new InvalidOperationException("A payload was accepted that cannot be written.")
        : CallbackBody.Report(work, now);

    public async Task<CallbackState> AttemptAsync(TenantId tenant, CallbackState callback, string? traceparent, CancellationToken cancellationToken)
    {
        var check = connector.CheckUrl(callback.Url);
        if (check.Url is not { } url)
        {
            return GiveUp(tenant, callback, check.Problem!);
        }

        if (await secrets.FindWebhookSecretsAsync(tenant, cancellationToken) is not { } known)
        {
            return GiveUp(tenant, callback, "The client has no webhook secret any more.");
        }

        var sent = await sender.SendAsync(
            new Callback(url, callback.Id, Encoding.UTF8.GetBytes(callback.Body!), new CallbackSecrets(known.Current, known.Previous)) { Traceparent = traceparent }, cancellationToken);
        return sent.WasStopped ? callback : Judge(tenant, callback, sent);
    }

    private CallbackState Judge(TenantId tenant, CallbackState callback, Channels.Callbacks.CallbackAttempt sent)
    {
        // The sender tells the real time, and so does what it signs; the record is the tenant's.
        var ahead = clocks.AheadOf(tenant.Value);
        var at = sent.At + ahead;
        var tried = callback with
        {
            Attempts = [.. callback.Attempts, new EngineAttempt(at, sent.StatusCode, (long)sent.Duration.TotalMilliseconds, sent.Error, sent.Answer)],
        };
        if (sent.Verdict is CallbackVerdict.Delivered)
        {
            return tried with { Status = CallbackStatus.Delivered, NextAttemptAt = null, DeliveredAt = at };
        }

        var next = sent.Verdict is CallbackVerdict.Stop
            ? null
            : CallbackSchedule.Next(tried.Attempts.Count, clocks.Now(tenant), sent.NotBefore + ahead, Random.Shared.NextDouble());
        return tried with { Status = next is null ? CallbackStatus.Failed : CallbackStatus.Pending, NextAttemptAt = next };
    }

    private CallbackState GiveUp(TenantId tenant, CallbackState callback, string why) => callback with
    {
        Status = CallbackStatus.Failed,
        NextAttemptAt = null,
        Attempts = [.. callback.Attempts, new EngineAttempt(clocks.Now(tenant), StatusCode: null, DurationMs: 0, why, Answer: null)],
    };
}
