using System.Text.Json.Nodes;
using Ecodrix.Engine.Steps;
using Ecodrix.Server.Features.Tenants;

namespace Ecodrix.Server.Features.Inbox;

/// <summary>Whose phone a step writes to, and whether that person must have agreed.</summary>
internal sealed class WhatsAppRecipients(TenantDoor tenants)
{
    /// <returns>The lead's phone, else the event's; null when there is none.</returns>
    public async ValueTask<(string? Phone, bool NeedsConsent)> OfAsync(StepContext context, CancellationToken cancellationToken)
    {
        var profile = await tenants.FindProfileAsync(context.Database.Tenant, cancellationToken);
        var phone = context.Subject.Lead?["phone"] is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;
        return (phone ?? context.Work.Event?.Phone, profile?.RequireConsent is true);
    }
}
