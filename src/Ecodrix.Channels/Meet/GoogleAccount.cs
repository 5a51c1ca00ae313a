namespace Ecodrix.Channels.Meet;

/// <summary>One calendar and the standing permission to write to it.</summary>
public sealed record GoogleAccount(string ClientId, string ClientSecret, string RefreshToken, string CalendarId = "primary")
{
    /// <summary>Names no secret.</summary>
    public override string ToString() => "Google account";
}
