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
    CallbackSender sender, GuardedConnector connector, SecretsDoor secrets, ReceiverBook receivers, TimeProvider clock, ILogger<CallbackCourier> logger) : ICallbackCourier
{
    public string Write(WorkItem work, DateTimeOffset now) => work.Callback!.Payload is { } payload
        ? CallbackBody.OfPayload(payload).Body ?? throw new InvalidOperationException("A payload was accepted that cannot be written.")
        : CallbackBody.Report(work, now);

    public async Task<CallbackState> AttemptAsync(TenantId tenant, CallbackState callback, CancellationToken cancellationToken)
    {
        var check = connector.CheckUrl(callback.Url);
        if (check.Url is not { } url)
        {
            return GiveUp(callback, check.Problem!);
        }

        if (await secrets.FindWebhookSecretsAsync(tenant, cancellationToken) is not { } known)
        {
            return GiveUp(callback, "The client has no webhook secret any more.");
        }

        switch (await receivers.AdmitAsync(tenant, url.Authority, cancellationToken))
        {
            case Admission.Waits wait:
                return callback with { HeldFor = wait.Why, NextAttemptAt = wait.Until };
            case Admission.Refused refused:
                return GiveUp(callback, refused.Why);
        }

        var sent = await sender.SendAsync(
            new Callback(url, callback.Id, Encoding.UTF8.GetBytes(callback.Body!), new CallbackSecrets(known.Current, known.Previous)), cancellationToken);
        if (sent.WasStopped)
        {
            return callback;
        }

        await NoteAsync(tenant, url.Authority, sent.Verdict);
        return Judge(callback, sent);
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

    private CallbackState Judge(CallbackState callback, Channels.Callbacks.CallbackAttempt sent)
    {
        var tried = callback with
        {
            Attempts = [.. callback.Attempts, new EngineAttempt(sent.At, sent.StatusCode, (long)sent.Duration.TotalMilliseconds, sent.Error, sent.Answer)],
        };
        if (sent.Verdict is CallbackVerdict.Delivered)
        {
            return tried with { Status = CallbackStatus.Delivered, NextAttemptAt = null, DeliveredAt = sent.At };
        }

        var next = sent.Verdict is CallbackVerdict.Stop
            ? null
            : CallbackSchedule.Next(tried.Attempts.Count, clock.GetUtcNow(), sent.NotBefore, Random.Shared.NextDouble());
        return tried with { Status = next is null ? CallbackStatus.Failed : CallbackStatus.Pending, NextAttemptAt = next };
    }

    private CallbackState GiveUp(CallbackState callback, string why) => callback with
    {
        Status = CallbackStatus.Failed,
        NextAttemptAt = null,
        Attempts = [.. callback.Attempts, new EngineAttempt(clock.GetUtcNow(), StatusCode: null, DurationMs: 0, why, Answer: null)],
    };

    [LoggerMessage(LogLevel.Warning, "It could not be noted whether a receiver of tenant {Tenant} took a callback.")]
    private partial void LogNotNoted(string tenant, Exception failure);
}
