using System.Text.Json;
using Ecodrix.Server.Http;

namespace Ecodrix.Server.Features.Tenants.Clients;

/// <summary>A change of a client's fields as a PATCH names them: checked whole before any of it is made.</summary>
internal sealed class ClientPatch
{
    public const string StatusProblem = "must be one of active, paused, suspended";

    /// <summary>What a client may change of itself.</summary>
    public static readonly IReadOnlyList<string> OwnFields = ["name", "timeZone", "region", "currency", "requireConsent"];

    /// <summary>What the operator may change.</summary>
    public static readonly IReadOnlyList<string> AllFields = [.. OwnFields, "email", "status", "limits"];

    private readonly List<Func<Client, Client>> changes = [];

    private readonly Dictionary<string, string?> facts = new(StringComparer.Ordinal);

    private readonly ValidationErrors errors = new();

    private ClientPatch()
    {
    }

    public ValidationErrors Errors => errors;

    /// <summary>What the audit log may know: names of fields, and the values of those that are no person's.</summary>
    public IReadOnlyDictionary<string, string?> Facts => facts;

    /// <param name="fields">Those that the caller may change; any other is refused.</param>
    public static ClientPatch Read(JsonElement body, IReadOnlyList<string> fields)
    {
        var patch = new ClientPatch();
        if (body.ValueKind is not JsonValueKind.Object)
        {
            patch.errors.Add("", "must be a JSON object");
            return patch;
        }

        foreach (var property in body.EnumerateObject())
        {
            if (fields.Contains(property.Name, StringComparer.Ordinal))
            {
                patch.ReadField(property.Name, property.Value);
            }
            else
            {
                patch.errors.Add(property.Name, "is not a field that can be changed here");
            }
        }

        return patch;
    }

    public Client Apply(Client client) => changes.Aggregate(client, (changed, change) => change(changed));

    public static bool TryReadStatus(string? text, out ClientStatus? status)
    {
        status = text switch
        {
            "active" => ClientStatus.Active,
            "paused" => ClientStatus.Paused,
            "suspended" => ClientStatus.Suspended,
            _ => null,
        };
        return status is not null;
    }

    private void ReadField(string name, JsonElement value)
    {
        switch (name)
        {
            case "limits":
                ReadLimits(value);
                break;
            case "email" when value.ValueKind is JsonValueKind.Null:
                facts[name] = null;
                changes.Add(client => client with { Email = null });
                break;
            case "email":
                ReadText(name, value, ClientForms.ProblemOfEmail, (client, text) => client with { Email = text });
                break;
            case "requireConsent":
                ReadRequireConsent(value);
                break;
            case "name":
                ReadText(name, value, ClientForms.ProblemOfName, (client, text) => client with { Name = text.Trim() });
                break;
            case "timeZone":
                ReadText(name, value, ClientForms.ProblemOfTimeZone, (client, text) => client with { TimeZone = text });
                break;
            case "region":
                ReadText(name, value, ClientForms.ProblemOfRegion, (client, text) => client with { Region = text });
                break;
            case "currency":
                ReadText(name, value, ClientForms.ProblemOfCurrency, (client, text) => client with { Currency = text });
                break;
            default:
                ReadText(
                    name,
                    value,
                    text => TryReadStatus(text, out _) ? null : StatusProblem,
                    (client, text) => TryReadStatus(text, out var status) ? client with { Status = status!.Value } : client);
                break;
        }
    }

    private void ReadRequireConsent(JsonElement value)
    {
        if (value.ValueKind is not (JsonValueKind.True or JsonValueKind.False))
        {
            errors.Add("requireConsent", "must be true or false");
            return;
        }

        var required = value.GetBoolean();
        facts["requireConsent"] = value.GetRawText();
        changes.Add(client => client with { RequireConsent = required });
    }

    private void ReadText(string name, JsonElement value, Func<string, string?> problemOf, Func<Client, string, Client> change)
    {
        if (value.ValueKind is not JsonValueKind.String)
        {
            errors.Add(name, value.ValueKind is JsonValueKind.Null ? "cannot be cleared" : "must be a text");
            return;
        }

        var text = value.GetString()!;
        if (problemOf(text) is { } problem)
        {
            errors.Add(name, problem);
            return;
        }

        facts[name] = name is "name" or "email" ? "changed" : text;
        changes.Add(client => change(client, text));
    }

    private void ReadLimits(JsonElement value)
    {
        if (value.ValueKind is not JsonValueKind.Object)
        {
            errors.Add("limits", "must be an object");
            return;
        }

        foreach (var limit in value.EnumerateObject())
        {
            if (LimitFields.Find(limit.Name) is not { } field)
            {
                errors.Add($"limits.{limit.Name}", "is not a limit");
            }
            else if (!field.TryRead(limit.Value, out var number))
            {
                errors.Add($"limits.{limit.Name}", $"must be a whole number from {field.Least} to {field.Most}, or null for the default");
            }
            else
            {
                facts[$"limits.{limit.Name}"] = limit.Value.GetRawText();
                changes.Add(client => client with { Limits = field.Set(client.Limits, number) });
            }
        }
    }
}
