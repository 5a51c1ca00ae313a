using System.Text.Json.Nodes;
using Ecodrix.Engine.Steps;
using Ecodrix.Server.Features.Leads;
using Ecodrix.Server.Http;

namespace Ecodrix.Server.Features.Events.Triggers;

/// <summary>Whom a trigger is about, made from the lead that was just found, so that it is not read a second time.</summary>
internal static class TriggerSubject
{
    public static async Task<Subject> OfAsync(LeadDoor leads, Caller caller, Lead lead, CancellationToken cancellationToken) => new(
        (await leads.ViewAsync(caller.Database, lead, cancellationToken)).ToScope,
        new JsonObject { ["name"] = caller.Client.Name, ["code"] = caller.Client.Code },
        conversation: null,
        caller.Client.Zone);
}
