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
internal sealed class CallbackCourier(CallbackSender sender, GuardedConnector connector, SecretsDoor secrets, TimeProvider clock) : ICallbackCourier
{
    public string Write(WorkItem work, DateTimeOffset now) => work.Callback!.Payload is { } payload
        ? CallbackBody.OfPayload(payload).Body ?? throw new InvalidOperationException("A payload was accepted that cannot be written.")
        : CallbackBody.Report(work, now);

    public async Task<CallbackState> AttemptAsync(TenantId tenant, CallbackState callback, string? traceparent, CancellationToken cancellationToken)
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

        var sent = await sender.SendAsync(
            new Callback(url, callback.Id, Encoding.UTF8.GetBytes(callback.Body!), new CallbackSecrets(known.Current, known.Previous)) { Traceparent = traceparent }, cancellationToken);
        return sent.WasStopped ? callback : Judge(callback, sent);
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
}
