using Ecodrix.Engine.Jobs;
using Ecodrix.Server.Features.Callbacks;
using Ecodrix.Server.Features.Restores;
using Ecodrix.Server.Features.Tenants.Pauses;
using Ecodrix.Storage;

namespace Ecodrix.Server.Delivery;

/// <summary>What holds the ways out: a restore, the operator's kill switch, and a receiver that does not answer.</summary>
internal sealed class Holds(HoldDoor restores, PauseDoor pauses, ReceiverDoor receivers) : IHolds
{
    private const string WhatsApp = "whatsapp";

    private const string Message = "message";

    public ValueTask<DateTimeOffset?> SetAnewSinceAsync(TenantId tenant, CancellationToken cancellationToken) => restores.OriginAsync(tenant, cancellationToken);

    public async ValueTask<HeldBack?> OfStepAsync(TenantId tenant, string ruleId, string stepType, OwedAt owedAt, CancellationToken cancellationToken)
    {
        var channel = ChannelOfStep(stepType);
        return (channel is null ? null : await restores.OfEffectAsync(tenant, owedAt, cancellationToken))
            ?? HeldBy(await pauses.FindAsync(tenant, channel, ruleId.Length == 0 ? null : ruleId, cancellationToken));
    }

    public async ValueTask<HeldBack?> OfJobAsync(TenantId tenant, string jobType, OwedAt owedAt, CancellationToken cancellationToken) =>
        jobType is not Message ? null
        : await restores.OfEffectAsync(tenant, owedAt, cancellationToken) ?? HeldBy(await pauses.FindAsync(tenant, WhatsApp, ruleId: null, cancellationToken));

    public async ValueTask<HeldBack?> OfCallbackAsync(TenantId tenant, string url, OwedAt owedAt, CancellationToken cancellationToken) =>
        await restores.OfEffectAsync(tenant, owedAt, cancellationToken)
        ?? HeldBy(await pauses.FindAsync(tenant, Pause.Callback, ruleId: null, cancellationToken))
        ?? await receivers.FindHoldAsync(tenant, url, cancellationToken);

    private static HeldBack? HeldBy(Pause? pause) => pause is null ? null : new HeldBack(pause.Words);

    // A callback action only queues its callback, and that is what waits.
    private static string? ChannelOfStep(string type) => type switch
    {
        "send_whatsapp" => WhatsApp,
        "send_email" => "email",
        "create_meet" => "meet",
        _ => null,
    };
}
