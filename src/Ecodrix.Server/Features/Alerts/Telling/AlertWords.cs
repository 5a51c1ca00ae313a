using System.Globalization;
using Ecodrix.Server.Features.Alerts.Knowing;
using Ecodrix.Storage;

namespace Ecodrix.Server.Features.Alerts.Telling;

/// <summary>A message's sentence for people.</summary>
internal static class AlertWords
{
    public static string Of(Alert alert, AlertState state) => state is AlertState.Resolved ? Ended(alert) : Lasting(alert);

    private static string Lasting(Alert alert) => (alert.Kind, alert.Details) switch
    {
        ("work_late", var late) => string.Create(
            CultureInfo.InvariantCulture, $"The oldest due work of the {late.Lane} lane has waited for {late.OldestDueSeconds} seconds; it is {late.ClientCode}'s."),
        ("database_down", { Database: "services" }) => "The services database does not answer: every request is refused until it does.",
        ("database_down", _) => $"The database of {Whose(alert)} does not answer: its triggers are taken in and wait, its other requests are refused.",
        ("credentials_failed", var account) => $"The {account.Service} account of {Whose(alert)} is refused with {account.Code}: nothing leaves on it until that is mended.",
        ("quarantine_grew", var grown) => $"{Times(grown.Count, "change")} of a webhook came for numbers that no client has. They are kept for 7 days: see GET /api/admin/quarantine.",
        ("effect_unknown", var unknown) => $"{Times(unknown.Count, "effect")} of {Whose(alert)} may or may not have happened: see GET /api/saas/runs?attention=true.",
        ("token_expiring", { Token: "apiKey" } key) => $"An API key of {Whose(alert)} ends at {Instants.Write(key.ExpiresAt!.Value)}.",
        ("token_expiring", var token) => $"The WhatsApp token of {Whose(alert)} ends at {Instants.Write(token.ExpiresAt!.Value)}.",
        _ => throw new InvalidOperationException($"There are no words for {alert.Kind}."),
    };

    private static string Ended(Alert alert) => (alert.Kind, alert.Details) switch
    {
        ("work_late", var late) => $"Work of the {late.Lane} lane is done in time again.",
        ("database_down", { Database: "services" }) => "The services database answers again.",
        ("database_down", _) => $"The database of {Whose(alert)} answers again.",
        ("credentials_failed", var account) => $"The {account.Service} account of {Whose(alert)} is accepted again, or was taken away.",
        _ => throw new InvalidOperationException($"Nothing is said of the end of {alert.Kind}."),
    };

    private static string Whose(Alert alert) => alert.Tenant!;

    private static string Times(int? count, string what) => string.Create(CultureInfo.InvariantCulture, $"{count} {what}{(count == 1 ? "" : "s")}");
}
