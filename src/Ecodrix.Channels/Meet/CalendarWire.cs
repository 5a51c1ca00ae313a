using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Ecodrix.Channels.Meet;

/// <summary>The Calendar API's event, written and read.</summary>
internal static class CalendarWire
{
    private static readonly JsonWriterOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static byte[] Write(MeetingRequest meeting)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using var json = new Utf8JsonWriter(buffer, Compact);

        json.WriteStartObject();
        json.WriteString("id", meeting.EventId);
        json.WriteString("summary", meeting.Title);
        if (meeting.Description is { } description)
        {
            json.WriteString("description", description);
        }

        WriteTime(json, "start", meeting.Start, meeting.TimeZone);
        WriteTime(json, "end", meeting.End, meeting.TimeZone);
        WriteAttendees(json, meeting.Attendees);
        json.WriteStartObject("conferenceData");
        json.WriteStartObject("createRequest");
        // The same value on the same event is ignored by Google: asking again makes no second conference.
        json.WriteString("requestId", meeting.EventId);
        json.WriteStartObject("conferenceSolutionKey");
        json.WriteString("type", "hangoutsMeet");
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    /// <returns>Null when the answer is no event.</returns>
    public static CalendarEvent? Read(byte[] body)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            var root = json.RootElement;
            return root.GetProperty("id").GetString() is { Length: > 0 } id
                ? new CalendarEvent(id, Text(root, "status"), Text(root, "htmlLink"), MeetLink(root), ConferenceStatus(root))
                : null;
        }
        catch (Exception unreadable) when (unreadable is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            return null;
        }
    }

    private static void WriteTime(Utf8JsonWriter json, string name, DateTimeOffset time, string zone)
    {
        json.WriteStartObject(name);
        json.WriteString("dateTime", time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture));
        json.WriteString("timeZone", zone);
        json.WriteEndObject();
    }

    private static void WriteAttendees(Utf8JsonWriter json, IReadOnlyList<string> attendees)
    {
        if (attendees.Count is 0)
        {
            return;
        }

        json.WriteStartArray("attendees");
        foreach (var email in attendees)
        {
            json.WriteStartObject();
            json.WriteString("email", email);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static string? MeetLink(JsonElement root)
    {
        if (root.TryGetProperty("conferenceData", out var conference) && conference.TryGetProperty("entryPoints", out var entries))
        {
            foreach (var entry in entries.EnumerateArray())
            {
                if (Text(entry, "entryPointType") is "video" && Text(entry, "uri") is { Length: > 0 } uri)
                {
                    return uri;
                }
            }
        }

        return Text(root, "hangoutLink");
    }

    private static string? ConferenceStatus(JsonElement root) =>
        root.TryGetProperty("conferenceData", out var conference)
        && conference.TryGetProperty("createRequest", out var request)
        && request.TryGetProperty("status", out var status)
            ? Text(status, "statusCode")
            : null;

    private static string? Text(JsonElement from, string name) =>
        from.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.String ? value.GetString() : null;
}

/// <param name="Status">confirmed, tentative or cancelled.</param>
/// <param name="ConferenceStatus">pending, success or failure; null when the event has no conference.</param>
internal sealed record CalendarEvent(string Id, string? Status, string? HtmlLink, string? MeetLink, string? ConferenceStatus);
