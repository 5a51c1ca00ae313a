using System.Text.Json;
using System.Text.Json.Nodes;
using Ecodrix.Engine.Steps;

namespace Ecodrix.Engine.Runs;

/// <summary>The values that templates and conditions see, by namespace.</summary>
internal static class Scopes
{
    /// <param name="run">Null where none has started: then <c>resolved</c> holds nothing.</param>
    public static JsonObject Of(EventState state, Run? run, Subject subject)
    {
        var variables = Variables(state);
        return new JsonObject
        {
            ["lead"] = subject.Lead?.DeepClone(),
            ["event"] = variables,
            ["vars"] = variables.DeepClone(),
            ["data"] = ObjectOf(state.Data),
            ["resolved"] = Resolved(run),
            ["client"] = subject.Client.DeepClone(),
            ["conversation"] = subject.Conversation?.DeepClone(),
        };
    }

    private static JsonObject Variables(EventState state)
    {
        var variables = ObjectOf(state.Variables);
        if (state.Prelude is { } prelude)
        {
            var made = ObjectOf(prelude.Step.Result);
            foreach (var name in prelude.Provides)
            {
                variables[name] = made[name]?.DeepClone();
            }
        }

        return variables;
    }

    private static JsonObject Resolved(Run? run)
    {
        var resolved = new JsonObject();
        foreach (var step in run?.Steps ?? [])
        {
            if (step.Result is not { ValueKind: JsonValueKind.Object } result)
            {
                continue;
            }

            if (result.TryGetProperty("meetLink", out var link))
            {
                resolved["meetLink"] = JsonValue.Create(link);
            }

            if (step.Name is { } name)
            {
                resolved[name] = ObjectOf(result);
            }
        }

        return resolved;
    }

    private static JsonObject ObjectOf(JsonElement? element) =>
        element is { ValueKind: JsonValueKind.Object } found ? JsonObject.Create(found)! : [];
}
