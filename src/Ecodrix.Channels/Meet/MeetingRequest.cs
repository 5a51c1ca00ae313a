using System.Security.Cryptography;
using System.Text;

namespace Ecodrix.Channels.Meet;

/// <summary>A meeting to be put into a calendar with a conference.</summary>
/// <param name="EffectKey">The caller's key of this effect. The event's id is made from it, so asking twice makes one event.</param>
/// <param name="TimeZone">The IANA zone that the calendar shows the times in.</param>
public sealed record MeetingRequest(string EffectKey, string Title, DateTimeOffset Start, DateTimeOffset End, string TimeZone)
{
    public string? Description { get; init; }

    /// <summary>Email addresses; Google invites them.</summary>
    public IReadOnlyList<string> Attendees { get; init; } = [];

    /// <summary>The event's id at Google: lower-case base32hex (RFC 4648, 7) of the key's hash, which is all that Google takes.</summary>
    public string EventId => EventIdOf(EffectKey);

    public static string EventIdOf(string effectKey)
    {
        const string Alphabet = "0123456789abcdefghijklmnopqrstuv";
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(effectKey)).AsSpan(0, 20);

        // 160 bits are 32 digits of five bits, with nothing left over.
        return string.Create(32, hash.ToArray(), static (digits, bytes) =>
        {
            for (var at = 0; at < digits.Length; at++)
            {
                var bit = at * 5;
                var window = (bytes[bit / 8] << 8) | (bit / 8 + 1 < bytes.Length ? bytes[(bit / 8) + 1] : 0);
                digits[at] = Alphabet[(window >> (11 - (bit % 8))) & 31];
            }
        });
    }
}

/// <summary>The event is in the calendar and its conference stands.</summary>
public sealed record MeetingCreated(string EventId, string MeetLink, string? HtmlLink) : DeliveryResult.Sent(EventId);
