using System.Text;
using Ecodrix.Channels.Callbacks;
using Ecodrix.Engine.Jobs;
using Ecodrix.Engine.Runs;
using Ecodrix.Server.Features.Realtime;
using Ecodrix.Server.Features.Tenants.Secrets;
using Ecodrix.Storage;
using Microsoft.Extensions.Options;

namespace Ecodrix.Server.Features.Callbacks.Listening;

/// <summary>Tells developers who listen in of every attempt, once it is made. What becomes of the delivery is the courier's alone.</summary>
internal sealed partial class ListenedCourier(
    CallbackCourier courier, ListenDoor listeners, SecretsDoor secrets, ListenedForm form, ILogger<ListenedCourier> logger) : ICallbackCourier
{
    public string Write(WorkItem work, DateTimeOffset now) => courier.Write(work, now);

    public async Task<CallbackState> AttemptAsync(TenantId tenant, CallbackState callback, string? traceparent, CancellationToken cancellationToken)
    {
        var after = await courier.AttemptAsync(tenant, callback, traceparent, cancellationToken);
        if (after.Attempts.Count > callback.Attempts.Count && listeners.MayBeHeard(tenant))
        {
            await TellAsync(tenant, after, traceparent);
        }

        return after;
    }

    private async Task TellAsync(TenantId tenant, CallbackState attempted, string? traceparent)
    {
        try
        {
            // Not the stopping token: it is answered from memory, and the attempt has been made.
            if (await secrets.FindWebhookSecretsAsync(tenant, CancellationToken.None) is { } known)
            {
                listeners.Tell(tenant, form.Of(tenant, attempted, new CallbackSecrets(known.Current, known.Previous), traceparent));
            }
        }
        catch (Exception failure)
        {
            // The delivery has happened whatever becomes of its telling.
            LogNotTold(attempted.Id, failure);
        }
    }

    [LoggerMessage(LogLevel.Warning, "Listeners could not be told of callback {CallbackId}.")]
    private partial void LogNotTold(string callbackId, Exception failure);
}

/// <summary>Writes an attempt as listeners see it.</summary>
internal sealed class ListenedForm(IOptions<CallbackOptions> options, TimeProvider clock)
{
    /// <param name="attempted">With the attempt that was just made.</param>
    public OverheardCallback Of(TenantId tenant, CallbackState attempted, CallbackSecrets secrets, string? traceparent)
    {
        // Real time, as every signature's: a receiver compares it with its own clock.
        var callback = new Callback(new Uri(attempted.Url), attempted.Id, Encoding.UTF8.GetBytes(attempted.Body!), secrets) { Traceparent = traceparent };
        var headers = CallbackHeaders.Of(callback, clock.GetUtcNow(), options.Value).Append(new("content-type", "application/json"));
        var last = attempted.Attempts[^1];
        return new OverheardCallback(
            attempted.Id,
            WorkIds.EventOf(attempted.Id),
            tenant.Mode,
            attempted.Attempts.Count,
            attempted.Url,
            new Dictionary<string, string>(headers, StringComparer.OrdinalIgnoreCase),
            attempted.Body!,
            new ReceiverAnswer(last.StatusCode, last.DurationMs, last.Error));
    }
}
