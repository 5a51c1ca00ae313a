using Ecodrix.Engine;
using Ecodrix.Engine.Jobs;
using Ecodrix.Server.Features.Automations;
using Ecodrix.Server.Http;
using Ecodrix.Storage;
using Ecodrix.Storage.Conditions;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;

namespace Ecodrix.Server.Features.Operations.Health;

/// <summary>Tells a client how its channels are and how much of its work waits.</summary>
internal static class ShowClientHealth
{
    /// <param name="ActiveAutomations">How many rules are switched on.</param>
    /// <param name="QueueDepth">How much work is due or being done; counted to 10,000.</param>
    /// <param name="OldestDueSeconds">By how much the longest overdue work is late; 0 when none is.</param>
    public sealed record ClientHealth(string ClientCode, Services Services, int ActiveAutomations, int QueueDepth, long OldestDueSeconds);

    public sealed record Services(ServiceState Whatsapp, ServiceState Email, ServiceState GoogleMeet, ServiceState Storage, ServiceState Database);

    public static async Task<Ok<ClientHealth>> HandleAsync(
        Caller caller, ChannelProbes channels, IServicesDatabase services, IOptions<EngineOptions> options, TimeProvider clock, CancellationToken cancellationToken)
    {
        var whatsapp = channels.WhatsAppAsync(caller.Tenant, cancellationToken);
        var email = channels.EmailAsync(caller.Tenant, cancellationToken);
        var meet = channels.MeetAsync(caller.Tenant, cancellationToken);
        var active = await RuleDoor.CountActiveAsync(caller.Database, cancellationToken);
        var (depth, oldest) = await QueueAsync(services, caller.Tenant, clock.GetUtcNow(), options.Value.Lease, cancellationToken);

        // The rules were just read from the client's own database, so it is connected; else this request had ended in 503.
        var states = new Services(await whatsapp, await email, await meet, ServiceState.NotConfigured, ServiceState.Connected);
        return TypedResults.Ok(new ClientHealth(caller.Client.Code, states, active, depth, oldest));
    }

    // Lane by lane, as the index has them, so that no document is read of what is only counted, however much waits.
    private static async Task<(int Depth, long OldestDueSeconds)> QueueAsync(
        IServicesDatabase services, TenantId tenant, DateTimeOffset now, TimeSpan lease, CancellationToken cancellationToken)
    {
        var work = services.Documents<WorkItem>();
        var (depth, oldest) = (0, now);
        foreach (var lane in Enum.GetValues<Lane>())
        {
            var mine = new Condition.All(Condition.Eq("tenant", tenant.Value), WorkItem.InLane(lane));
            var due = new Condition.All(mine, Condition.Lte("dueAt", Instants.Write(now)));
            var held = new Condition.All(
                mine, Condition.Gt("dueAt", Instants.Write(now)), Condition.Lte("dueAt", Instants.Write(now + lease)), Condition.Exists("lease"));
            depth += await work.CountAsync(due, Page<WorkItem>.CountedAtMost, cancellationToken) + await work.CountAsync(held, Page<WorkItem>.CountedAtMost, cancellationToken);
            if (await work.QueryAsync(new DocumentQuery(due, 1) { Sort = [new Sort("dueAt")] }, cancellationToken) is [{ DueAt: { } since }] && since < oldest)
            {
                oldest = since;
            }
        }

        return (depth, (long)(now - oldest).TotalSeconds);
    }
}
