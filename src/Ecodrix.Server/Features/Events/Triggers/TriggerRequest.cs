using System.Text.Json;
using System.Text.Json.Nodes;
using Ecodrix.Server.Contacts;
using Ecodrix.Storage;

namespace Ecodrix.Server.Features.Events.Triggers;

/// <summary>A trigger whose every field was checked; nothing has been looked up or changed.</summary>
internal sealed record TriggerRequest
{
    public required Addressee Who { get; init; }

    public JsonElement? Variables { get; init; }

    public JsonElement? Data { get; init; }

    public bool CreateLeadIfMissing { get; init; }

    /// <summary>What a lead that is made begins with.</summary>
    public GivenLead Lead { get; init; } = GivenLead.Nothing;

    /// <summary>What was sent and has no effect.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    public MeetRequest? Meet { get; init; }

    public string? CallbackUrl { get; init; }

    /// <summary>As JavaScript writes it; null when there is none.</summary>
    public string? CallbackMetadata { get; init; }

    public required DueDecision Due { get; init; }

    public string? IdempotencyKey { get; init; }
}

/// <summary>A Google Meet link that is wanted before the rules run.</summary>
internal sealed record MeetRequest
{
    public string? Title { get; init; }

    public DateTimeOffset? StartTime { get; init; }

    public double DurationMinutes { get; init; } = DefaultMinutes;

    public string? AttendeeEmail { get; init; }

    /// <summary>IANA; null for the tenant's.</summary>
    public string? TimeZone { get; init; }

    private const double DefaultMinutes = 30;

    private const double LongestMinutes = 24 * 60;

    private const int LongestTitle = 300;

    /// <param name="fields">Of <c>meetConfig</c>; null when it was not given.</param>
    public static MeetRequest Read(FieldReader? fields)
    {
        if (fields is null)
        {
            return new MeetRequest();
        }

        var duration = fields.Number("durationMinutes") ?? DefaultMinutes;
        if (duration is < 1 or > LongestMinutes)
        {
            fields.Refuse("durationMinutes", "must be from 1 to 1440");
        }

        var zone = fields.Text("timeZone", 64);
        if (zone is not null && !TimeZoneInfo.TryFindSystemTimeZoneById(zone, out _))
        {
            fields.Refuse("timeZone", "is not the IANA name of a time zone, such as Asia/Kolkata");
        }

        var attendee = fields.Text("attendeeEmail", 254);
        if (attendee is not null && !EmailAddress.TryNormalise(attendee, out attendee))
        {
            fields.Refuse("attendeeEmail", "is not an e-mail address");
        }

        return new MeetRequest
        {
            Title = fields.Text("title", LongestTitle),
            StartTime = fields.Instant("startTime"),
            DurationMinutes = duration,
            AttendeeEmail = attendee,
            TimeZone = zone,
        };
    }

    /// <summary>The configuration of a <c>create_meet</c> step. Nothing in it is a template any more.</summary>
    /// <param name="trigger">Stands for a title that was not given.</param>
    /// <param name="email">Invited when nobody else was named.</param>
    public JsonObject ToConfig(string trigger, string? email)
    {
        var config = new JsonObject
        {
            ["title"] = Title ?? trigger.Replace('_', ' '),
            ["durationMinutes"] = DurationMinutes,
        };
        if (StartTime is { } start)
        {
            config["startTime"] = Instants.Write(start);
        }
        else
        {
            config["startsInMinutes"] = 0;
        }

        if ((AttendeeEmail ?? email) is { } attendee)
        {
            config["attendeeEmail"] = attendee;
        }

        if (TimeZone is not null)
        {
            config["timeZone"] = TimeZone;
        }

        return config;
    }
}
