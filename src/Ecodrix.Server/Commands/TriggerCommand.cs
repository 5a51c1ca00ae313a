using System.CommandLine;
using System.Text.Json.Nodes;

namespace Ecodrix.Server.Commands;

/// <summary>Fires a trigger as a client's website would. In test mode, unless told otherwise.</summary>
internal sealed class TriggerCommand(CommandOutput output)
{
    private static readonly TimeSpan KeyLife = TimeSpan.FromMinutes(5);

    private static readonly Argument<string> Name = new("name") { Description = "The trigger's name." };

    private static readonly Option<string?> Phone = new("--phone") { Description = "The lead's phone." };

    private static readonly Option<string?> Email = new("--email") { Description = "The lead's e-mail address." };

    private static readonly Option<string?> LeadId = new("--lead-id") { Description = "The lead's id." };

    private static readonly Option<string[]> Variables = new("--var") { Description = "A variable for templates, as name=value; may be repeated." };

    private static readonly Option<bool> CreateLead = new("--create-lead") { Description = "Make the lead when there is none." };

    private static readonly Option<bool> Live = new("--live") { Description = "Fire it for real: messages leave. Test mode otherwise." };

    public static Command Describe(CommandOutput output)
    {
        var trigger = new TriggerCommand(output);
        var command = EngineOptions.Command(
            "trigger",
            """
            Fire a trigger as a client's website would, in test mode unless --live is given.

            Examples:
              ecodrix trigger appointment_confirmed --phone +919876543210 --create-lead --var date="16 March"
              ecodrix trigger payment_captured --client ACME --email asha@example.com --live
            """,
            [Name, Phone, Email, LeadId, Variables, CreateLead, Live, ClientKeys.Client, ClientKeys.ApiKey],
            trigger.RunAsync);
        command.Validators.Add(parsed =>
        {
            if (parsed.GetValue(Phone) is null && parsed.GetValue(Email) is null && parsed.GetValue(LeadId) is null)
            {
                parsed.AddError("Say whom it is about: --phone, --email or --lead-id.");
            }

            if (parsed.GetValue(Variables) is { } variables && Array.Exists(variables, variable => variable.IndexOf('=', StringComparison.Ordinal) < 1))
            {
                parsed.AddError("A variable is given as name=value.");
            }
        });
        return command;
    }

    private Task RunAsync(ParseResult parsed, EngineApi api, CancellationToken cancellationToken) => ClientKeys.UseAsync(
        parsed, api, ("trigger command", parsed.GetValue(Live), KeyLife), key => FireAsync(parsed, api, key, cancellationToken), cancellationToken);

    private async Task FireAsync(ParseResult parsed, EngineApi api, ClientKey key, CancellationToken cancellationToken)
    {
        var body = new JsonObject { ["trigger"] = parsed.GetValue(Name), ["createLeadIfMissing"] = parsed.GetValue(CreateLead) };
        AddIfGiven(body, "phone", parsed.GetValue(Phone));
        AddIfGiven(body, "email", parsed.GetValue(Email));
        AddIfGiven(body, "leadId", parsed.GetValue(LeadId));
        body["variables"] = VariablesOf(parsed.GetValue(Variables) ?? []);

        var accepted = (await api.ClientAsync(HttpMethod.Post, "/api/saas/workflows/trigger", body, key, cancellationToken))["data"]!;
        output.WriteFields(
            ("event", accepted["eventLogId"]),
            ("lead", accepted["leadId"]),
            ("rules matched", accepted["rulesMatched"]),
            ("mode", accepted["mode"]));
    }

    private static JsonObject VariablesOf(IEnumerable<string> pairs)
    {
        var variables = new JsonObject();
        foreach (var pair in pairs)
        {
            var middle = pair.IndexOf('=', StringComparison.Ordinal);
            variables[pair[..middle]] = pair[(middle + 1)..];
        }

        return variables;
    }

    private static void AddIfGiven(JsonObject body, string name, string? value)
    {
        if (value is not null)
        {
            body[name] = value;
        }
    }
}
