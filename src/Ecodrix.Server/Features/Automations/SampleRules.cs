using System.Text.Json;
using Ecodrix.Server.Features.Automations.Rules;
using Ecodrix.Server.Features.Tenants.FirstStart;
using Ecodrix.Storage;

namespace Ecodrix.Server.Features.Automations;

/// <summary>Two rules to try the engine with: one answers an appointment, one follows up a new lead.</summary>
internal sealed class SampleRules(RuleCompiler compiler, RuleStore store, TimeProvider clock) : IFirstStartSample
{
    private const string Confirmed = """
        {
          "name": "Appointment confirmed",
          "trigger": "appointment_confirmed",
          "actions": [
            { "type": "send_whatsapp", "config": { "templateName": "appointment_confirmed", "language": "en_US", "variables": ["{{ lead.firstName | default: 'there' }}", "{{ event.date }}", "{{ event.time }}"] } },
            { "type": "add_tag", "config": { "tag": "appointment" } },
            { "type": "create_note", "config": { "content": "Appointment confirmed for {{ lead.firstName | default: 'the lead' }}{% if event.date %} on {{ event.date }}{% endif %}." } }
          ]
        }
        """;

    private const string Captured = """
        {
          "name": "Welcome a captured lead",
          "trigger": "lead_captured",
          "isSequence": true,
          "actions": [
            { "type": "add_tag", "config": { "tag": "new" } },
            { "type": "wait_for", "config": { "trigger": "appointment_confirmed", "timeoutMinutes": 1440, "onTimeout": "continue" }, "name": "booked" },
            { "type": "create_note", "config": { "content": "{% if resolved.booked.received %}Booked an appointment within a day.{% else %}No appointment within a day: follow up.{% endif %}" } }
          ]
        }
        """;

    public async Task AddAsync(ITenantDatabase tenant, CancellationToken cancellationToken)
    {
        if (tenant.Tenant.IsTest)
        {
            // The twin takes the live tenant's rules on its first use.
            return;
        }

        foreach (var text in new[] { Confirmed, Captured })
        {
            using var json = JsonDocument.Parse(text);
            var (draft, refusal) = compiler.Read(json.RootElement);
            if (draft is null)
            {
                throw new InvalidOperationException($"A sample rule is not valid: {refusal!.Error.Message}");
            }

            await store.AddAsync(tenant, DocumentId.New(clock.GetUtcNow()), draft, cancellationToken);
        }
    }
}
