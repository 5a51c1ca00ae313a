using System.ComponentModel.DataAnnotations;

namespace Ecodrix.Channels.Meet;

/// <summary>Where Google is, and how long to wait for it.</summary>
public sealed class MeetOptions
{
    /// <summary>The Calendar API; <c>/calendar/v3</c> is added when the address is a bare host.</summary>
    [Required]
    public Uri BaseUrl { get; set; } = new("https://www.googleapis.com");

    /// <summary>The OAuth server; <c>/token</c> is added when the address is a bare host.</summary>
    [Required]
    public Uri OAuthUrl { get; set; } = new("https://oauth2.googleapis.com");

    /// <summary>How long one request may take.</summary>
    [Range(typeof(TimeSpan), "00:00:00.050", "00:02:00", ParseLimitsInInvariantCulture = true)]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>How long to ask for a conference that Google is still making.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:01:00", ParseLimitsInInvariantCulture = true)]
    public TimeSpan PendingFor { get; set; } = TimeSpan.FromSeconds(6);

    /// <summary>How often to ask meanwhile.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:00:30", ParseLimitsInInvariantCulture = true)]
    public TimeSpan PendingInterval { get; set; } = TimeSpan.FromMilliseconds(500);

    internal Uri Events(string calendarId) => new($"{Root(BaseUrl, "/calendar/v3")}/calendars/{Uri.EscapeDataString(calendarId)}/events");

    internal Uri Token() => new(Root(OAuthUrl, "/token"));

    private static string Root(Uri url, string whenBare) =>
        url.AbsolutePath is "/" ? url.GetLeftPart(UriPartial.Authority) + whenBare : url.GetLeftPart(UriPartial.Path).TrimEnd('/');
}
