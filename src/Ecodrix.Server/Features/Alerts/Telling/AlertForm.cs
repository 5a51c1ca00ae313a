using System.Security.Cryptography;
using System.Text;
using Ecodrix.Channels.Callbacks;
using Ecodrix.Server.Features.Alerts.Knowing;
using Ecodrix.Storage;

namespace Ecodrix.Server.Features.Alerts.Telling;

/// <summary>How a matter stands.</summary>
internal enum AlertState
{
    /// <summary>It lasts; told again from time to time.</summary>
    Firing,

    Resolved,

    /// <summary>It happened and does not last.</summary>
    Occurred,
}

/// <summary>What a message says: every key always there, null when empty, and as JavaScript itself would write it. Names no person, address, number or secret.</summary>
internal static class AlertForm
{
    private const int IdBytes = 12;

    /// <summary>The id of the next message, the same whoever makes it.</summary>
    public static string IdOf(Alert alert, AlertState state) => IdOf(alert.Id, alert.Episode, alert.Told, state);

    /// <param name="told">How many messages of the episode were made before.</param>
    public static string IdOf(string alertId, int episode, int told, AlertState state)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(FormattableString.Invariant($"{alertId}\n{episode}\n{told}\n{state}")));
        return "alert_" + Convert.ToHexStringLower(hash.AsSpan(0, IdBytes));
    }

    public static string Write(Alert alert, AlertState state, string id, DateTimeOffset now)
    {
        var tenant = alert.Tenant is { } owner ? TenantId.Parse(owner) : (TenantId?)null;
        var json = new JavaScriptWriter().StartObject()
            .Property("id", id)
            .Property("type", alert.Kind)
            .Property("state", NameOf(state))
            .Property("clientCode", tenant?.Code)
            .Property("mode", tenant?.Mode)
            .Property("message", AlertWords.Of(alert, state))
            .Property("since", Instants.Write(alert.Since))
            .Property("timestamp", Instants.Write(now))
            .Name("details").StartObject();
        return Encoding.UTF8.GetString(Details(json, alert.Details).EndObject().EndObject().Written.Span);
    }

    public static string NameOf(AlertState state) => state switch
    {
        AlertState.Firing => "firing",
        AlertState.Resolved => "resolved",
        _ => "occurred",
    };

    private static JavaScriptWriter Details(JavaScriptWriter json, AlertDetails details)
    {
        foreach (var (name, text) in new[] { ("lane", details.Lane), ("clientCode", details.ClientCode), ("database", details.Database), ("service", details.Service), ("code", details.Code), ("token", details.Token), ("keyId", details.KeyId) })
        {
            json.Property(name, text);
        }

        json.Property("expiresAt", details.ExpiresAt is { } at ? Instants.Write(at) : null);
        json = details.OldestDueSeconds is { } late ? json.Property("oldestDueSeconds", late) : json.Name("oldestDueSeconds").Null();
        json = details.Count is { } count ? json.Property("count", count) : json.Name("count").Null();
        json.Name("eventLogIds").StartArray();
        foreach (var id in details.EventLogIds ?? [])
        {
            json.Value(id);
        }

        return json.EndArray();
    }
}
