using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;

namespace Ecodrix.Loopback;

/// <summary>What the Calendar refuses in an insert. It drops a conference without <c>conferenceDataVersion=1</c> in silence; this refuses it aloud.</summary>
public static partial class GoogleRules
{
    /// <summary>An error in Google's shape, for scripts.</summary>
    public static JsonNode Error(int status, string reason, string message) => new JsonObject
    {
        ["error"] = new JsonObject
        {
            ["code"] = status,
            ["message"] = message,
            ["errors"] = new JsonArray(new JsonObject { ["domain"] = "global", ["reason"] = reason, ["message"] = message }),
        },
    };

    internal static (string Reason, string Message)? Check(IQueryCollection query, JsonElement body)
    {
        if (query["conferenceDataVersion"] != "1")
        {
            return ("invalid", "conferenceDataVersion=1 is missing: the conference would be dropped.");
        }

        if (query["sendUpdates"].ToString() is not ("all" or "externalOnly" or "none"))
        {
            return ("invalid", "sendUpdates is all, externalOnly or none.");
        }

        if (body.Text("id") is not { } id || !EventId().IsMatch(id))
        {
            return ("invalid", "Invalid resource id value.");
        }

        if (Time(body, "start") is not { } start || Time(body, "end") is not { } end)
        {
            return ("required", "Missing end time.");
        }

        if (end <= start)
        {
            return ("timeRangeEmpty", "The specified time range is empty.");
        }

        return body.TryGetProperty("conferenceData", out var conference)
            && conference.TryGetProperty("createRequest", out var request)
            && request.Text("requestId") is { Length: > 0 }
            && request.TryGetProperty("conferenceSolutionKey", out var key)
            && key.Text("type") is "hangoutsMeet"
                ? null
                : ("invalid", "Invalid conference type value.");
    }

    private static DateTimeOffset? Time(JsonElement body, string name) =>
        body.TryGetProperty(name, out var part)
        && DateTimeOffset.TryParse(part.Text("dateTime"), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? time
            : null;

    [GeneratedRegex("^[a-v0-9]{5,1024}\\z")]
    private static partial Regex EventId();
}

/// <summary>An event of the stand-in's calendar.</summary>
public sealed class GoogleEvent(string id, JsonElement body, string sendUpdates)
{
    private int _answers;

    public string Id { get; } = id;

    /// <summary>The insert's body as it came.</summary>
    public JsonElement Body { get; } = body;

    public string SendUpdates { get; } = sendUpdates;

    public string MeetLink => $"https://meet.google.com/{Id[..3]}-{Id[3..7]}-{Id[7..10]}";

    public IReadOnlyList<string> Attendees =>
        Body.TryGetProperty("attendees", out var list) ? [.. list.EnumerateArray().Select(attendee => attendee.GetProperty("email").GetString()!)] : [];

    /// <summary>Set to <c>cancelled</c> to delete the event as a person would.</summary>
    public string Status { get; set; } = "confirmed";

    internal int PendingAnswers { get; init; }

    internal JsonNode Answer()
    {
        var isPending = Interlocked.Increment(ref _answers) <= PendingAnswers;
        var conference = new JsonObject
        {
            ["createRequest"] = new JsonObject
            {
                ["requestId"] = Id,
                ["status"] = new JsonObject { ["statusCode"] = isPending ? "pending" : "success" },
            },
        };
        var answer = new JsonObject { ["id"] = Id, ["status"] = Status, ["htmlLink"] = $"https://www.google.com/calendar/event?eid={Id}", ["conferenceData"] = conference };
        if (!isPending)
        {
            conference["entryPoints"] = new JsonArray(new JsonObject { ["entryPointType"] = "video", ["uri"] = MeetLink });
            answer["hangoutLink"] = MeetLink;
        }

        return answer;
    }
}
