using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Ecodrix.Engine.Steps;
using Ecodrix.Server.Features.Tenants;

namespace Ecodrix.Server.Features.Leads.Steps;

/// <summary><c>update_lead {fields}</c>: what PATCH accepts. A number may be a template that renders to one.</summary>
internal sealed class UpdateLeadStep(LeadEditing editing, TenantDoor tenants) : LeadStep("update_lead")
{
    private const string Fields = "fields";

    private static readonly string[] Numbers = ["dealValue", "score"];

    public override IEnumerable<(string Path, string Problem)> Validate(JsonElement config)
    {
        if (!config.TryGetProperty(Fields, out var fields) || fields.ValueKind is not JsonValueKind.Object || !fields.EnumerateObject().Any())
        {
            return [(Fields, "is required and must be an object with fields of a lead")];
        }

        return fields.EnumerateObject()
            .Where(field => !LeadFields.IsSettable(field.Name))
            .Select(field => ($"{Fields}.{field.Name}", "is not a field of a lead that can be changed"));
    }

    public override async Task<StepOutcome> PerformAsync(StepContext context, Prepared prepared, CancellationToken cancellationToken) =>
        await editing.EditAsync(context.Database, context.Work.LeadId!, (LeadPatch)prepared.Request!, Cause.Of(context), cancellationToken) switch
        {
            EditOutcome.Done => new StepOutcome.Done(),
            EditOutcome.Duplicate duplicate => new StepOutcome.Failed("DUPLICATE", $"The lead {duplicate.HolderId} has this phone or e-mail address."),
            EditOutcome.Nameless => new StepOutcome.Failed("VALIDATION_ERROR", "The lead would have neither phone nor e-mail address."),
            _ => new StepOutcome.Failed(LeadErrors.NotFound.Code, LeadErrors.NotFound.Message),
        };

    protected override async Task<Prepared> PlanAsync(StepContext context, CancellationToken cancellationToken)
    {
        var profile = await tenants.FindProfileAsync(context.Database.Tenant, cancellationToken);
        var reading = new FieldReading(profile?.Region ?? "IN", "rule", context.Now) { Path = Fields };
        var fields = context.Config[Fields]?.DeepClone() as JsonObject ?? [];
        foreach (var name in Numbers)
        {
            ReadNumber(fields, name);
        }

        var patch = LeadFields.Read(JsonSerializer.SerializeToElement(fields, LeadsJson.Default.JsonObject), reading);
        return reading.Problems.Count == 0
            ? new Prepared { Rendered = Copy(context), Request = patch }
            : Refused(context, "VALIDATION_ERROR", string.Join("; ", reading.Problems.Select(problem => $"{problem.Path} {problem.Problem}")));
    }

    private static void ReadNumber(JsonObject fields, string name)
    {
        if (fields[name] is JsonValue value && value.GetValueKind() is JsonValueKind.String)
        {
            var text = value.GetValue<string>().Trim();
            fields[name] = text.Length == 0 ? null
                : decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? JsonValue.Create(number)
                : JsonValue.Create(text);
        }
    }
}
