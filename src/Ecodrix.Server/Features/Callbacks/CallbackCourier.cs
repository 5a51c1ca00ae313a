using System.Text;
using Ecodrix.Channels.Callbacks;
using Ecodrix.Channels.Guarding;
using Ecodrix.Engine.Jobs;
using Ecodrix.Engine.Runs;
using Ecodrix.Server.Features.Callbacks.Receivers;
using Ecodrix.Server.Features.Tenants.Secrets;
using Ecodrix.Storage;
using EngineAttempt = Ecodrix.Engine.Runs.CallbackAttempt;

namespace Ecodrix.Server.Features.Callbacks;

/// <summary>Brings callbacks to their receivers, signed with the tenant's secrets as they are at each attempt.</summary>
internal sealed partial class CallbackCourier(
    CallbackSender sender, GuardedConnector connector, SecretsDoor secrets, ReceiverBook receivers, ITenantClock clocks, ILogger<CallbackCourier> logger) : ICallbackCourier
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

        switch (await receivers.AdmitAsync(tenant, url.Authority, cancellationToken))
        {
            case Admission.Waits wait:
                return callback with { HeldFor = wait.Why, NextAttemptAt = wait.Until };
            case Admission.Refused refused:
                return GiveUp(tenant, callback, refused.Why);
        }

        var sent = await sender.SendAsync(
            new Callback(url, callback.Id, Encoding.UTF8.GetBytes(callback.Body!), new CallbackSecrets(known.Current, known.Previous)) { Traceparent = traceparent }, cancellationToken);
        if (sent.WasStopped)
        {
            return callback;
        }

        await NoteAsync(tenant, url.Authority, sent.Verdict);
        return Judge(tenant, callback, sent);
    }

    // What became of the attempt is recorded whether or not the breaker could be told.
    private async Task NoteAsync(TenantId tenant, string host, CallbackVerdict verdict)
    {
        try
        {
            // Not the stopping token: the attempt has been made.
            await (verdict is CallbackVerdict.Delivered
                ? receivers.SucceededAsync(tenant, host, CancellationToken.None)
                : receivers.FailedAsync(tenant, host, CancellationToken.None));
        }
        catch (DatabaseUnavailableException failure)
        {
            LogNotNoted(tenant.Value, failure);
        }
    }

    private CallbackState Judge(TenantId tenant, CallbackState callback, Channels.Callbacks.CallbackAttempt sent)
    {
        // The sender tells the real time, and so does what it signs; the record is the tenant's.
        var ahead = clocks.AheadOf(tenant.Value);
        var at = sent.At + ahead;
        var tried = callback with
        {
            Attempts = [.. callback.Attempts, new EngineAttempt(at, sent.StatusCode, (long)sent.Duration.TotalMilliseconds, sent.Error, sent.Answer) { SignedAt = sent.At }],
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

    [LoggerMessage(LogLevel.Warning, "It could not be noted whether a receiver of tenant {Tenant} took a callback.")]
    private partial void LogNotNoted(string tenant, Exception failure);
}
