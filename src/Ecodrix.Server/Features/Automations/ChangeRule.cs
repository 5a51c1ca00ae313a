using System.Text.Json;
using System.Text.Json.Nodes;
using Ecodrix.Server.Features.Automations.Rules;
using Ecodrix.Server.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Ecodrix.Server.Features.Automations;

/// <summary>Changes the named fields of a rule, which makes its next version. Null clears a field.</summary>
internal static class ChangeRule
{
    private static readonly HashSet<string> Changeable = new(StringComparer.Ordinal)
    {
        "name", "trigger", "triggerConfig", "isActive", "isSequence", "condition", "actions", "limits", "cancelOn", "quietHours",
    };

    public static async Task<Results<Ok<RuleView>, Failure>> HandleAsync(
        Id ruleId, JsonElement body, Caller caller, RuleCompiler compiler, RuleStore store, CancellationToken cancellationToken)
    {
        if (Refuse(body) is { } refusal)
        {
            return refusal;
        }

        var written = await store.ChangeAsync(caller.Database, ruleId, rule => compiler.Read(Merge(rule, body)), cancellationToken);
        return written.Rule is { } changed ? TypedResults.Ok(RuleView.Of(changed)) : written.ToFailure();
    }

    private static Failure? Refuse(JsonElement body)
    {
        if (body.ValueKind is not JsonValueKind.Object)
        {
            return new Failure(new ValidationErrors("", "must be an object"));
        }

        var errors = new ValidationErrors();
        foreach (var member in body.EnumerateObject().Where(member => !Changeable.Contains(member.Name)))
        {
            errors.Add(member.Name, "is not a field that can be changed");
        }

        return errors.Any ? new Failure(errors) : null;
    }

    private static JsonElement Merge(Rule rule, JsonElement body)
    {
        var merged = JsonObject.Create(RuleCompiler.ToJson(rule.Content))!;
        merged["isActive"] = rule.IsActive;
        foreach (var member in body.EnumerateObject())
        {
            merged[member.Name] = member.Value.ValueKind switch
            {
                JsonValueKind.Null => null,
                JsonValueKind.Object => JsonObject.Create(member.Value),
                JsonValueKind.Array => JsonArray.Create(member.Value),
                _ => JsonValue.Create(member.Value),
            };
        }

        return JsonSerializer.SerializeToElement(merged, AutomationsJson.Default.JsonObject);
    }
}
