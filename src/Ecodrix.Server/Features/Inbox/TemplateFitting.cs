using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Ecodrix.Channels.WhatsApp;
using Ecodrix.Engine.Steps;
using Ecodrix.Server.Features.Templates;
using Ecodrix.Storage;

namespace Ecodrix.Server.Features.Inbox;

/// <summary>Holds a template message against the template, before anything is queued or sent.</summary>
internal sealed partial class TemplateFitting(TemplateDoor templates)
{
    /// <param name="isSandbox">The sandbox takes templates that Meta has never seen.</param>
    public async Task<FittedTemplate> FitAsync(ITenantDatabase database, TemplateUse use, bool isSandbox, CancellationToken cancellationToken)
    {
        if (!TemplateVariables.TryRead(use.Variables ?? default(JsonElement), out var variables, out var problem))
        {
            return FittedTemplate.Refused($"The parameter {problem!.Parameter} {problem.Why}");
        }

        var template = await templates.FindAsync(database, use.Name, use.Language, cancellationToken);
        if (template is null)
        {
            // Never synced means not known here, which is no reason to hold a message back: the provider judges it.
            return isSandbox || !await TemplateDoor.HaveAnyAsync(database, cancellationToken)
                ? new FittedTemplate(null, null, null)
                : FittedTemplate.Refused($"There is no template {use.Name} in {use.Language}.");
        }

        if (!template.IsApproved)
        {
            return FittedTemplate.Refused($"The template {use.Name} in {use.Language} is not approved; it is {template.Status}.");
        }

        var (_, unfit) = TemplateComponents.Build(variables, template.Definition);
        return unfit is null
            ? new FittedTemplate(template, TextOf(template.Definition, variables), null)
            : FittedTemplate.Refused($"The parameter {unfit.Parameter} {unfit.Why}") with { Template = template };
    }

    /// <summary>Fills the variables from the template's mapping, where a rule gives none.</summary>
    /// <returns>Null when the template has no mapping.</returns>
    public async Task<MappedUse?> MapAsync(ITenantDatabase database, TemplateUse use, JsonObject scope, CancellationToken cancellationToken)
    {
        if ((await templates.FindAsync(database, use.Name, use.Language, cancellationToken))?.Mapping is not { } mapping)
        {
            return null;
        }

        var mapped = TemplateDoor.Map(mapping, scope);
        StepOutcome? verdict = mapped.EmptyVariable is not { } empty ? null
            : mapped.Fails ? new StepOutcome.Failed(InboxErrors.TemplateInvalid.Code, $"The variable {empty} is empty.")
            : new StepOutcome.Skipped($"the variable {empty} is empty");
        return new MappedUse(use with { Variables = mapped.ToJson() }, verdict);
    }

    /// <summary>What the person will read of the body.</summary>
    private static string? TextOf(WhatsAppTemplate definition, TemplateVariables variables)
    {
        var body = definition.Components.FirstOrDefault(component => component.Type.Equals("BODY", StringComparison.OrdinalIgnoreCase))?.Text;
        var values = (variables.Body?.Values ?? []).ToDictionary(pair => pair.Key, pair => pair.Value, StringComparer.Ordinal);
        return body is null ? null : Placeholder().Replace(body, match => values.GetValueOrDefault(match.Groups["name"].Value, match.Value));
    }

    [GeneratedRegex(@"\{\{\s*(?<name>\w+)\s*\}\}", RegexOptions.CultureInvariant)]
    private static partial Regex Placeholder();
}

/// <param name="Verdict">Set when a variable is empty and the message is therefore not sent.</param>
internal sealed record MappedUse(TemplateUse Use, StepOutcome? Verdict);

/// <param name="Template">Null when it was never synced.</param>
/// <param name="Text">What the person will read; null when it is not known.</param>
/// <param name="Problem">A sentence; null when it fits.</param>
internal sealed record FittedTemplate(Template? Template, string? Text, string? Problem)
{
    public static FittedTemplate Refused(string problem) => new(null, null, problem);
}
