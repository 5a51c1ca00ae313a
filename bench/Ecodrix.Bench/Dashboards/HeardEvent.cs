using System.Buffers.Text;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace Ecodrix.Bench.Dashboards;

/// <summary>What every event of a tenant carries, read off its end without parsing the rest.</summary>
/// <param name="At">When it was published, to the millisecond.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct HeardEvent(long Seq, DateTimeOffset At)
{
    private const string Instant = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";

    private const int InstantLength = 24;

    /// <param name="text">An event as it came, or as the history has it: <c>seq</c> and <c>at</c> are its last members.</param>
    /// <returns>Null when it carries none.</returns>
    public static HeardEvent? Read(ReadOnlySpan<byte> text)
    {
        var number = After(text, "\"seq\":"u8);
        var instant = After(text, "\"at\":\""u8);
        return Utf8Parser.TryParse(number, out long seq, out _)
            && instant.Length >= InstantLength
            && DateTimeOffset.TryParseExact(
                Encoding.ASCII.GetString(instant[..InstantLength]), Instant, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at)
            ? new HeardEvent(seq, at)
            : null;
    }

    /// <summary>The last argument, which a client that comes back names; null when there is none.</summary>
    public static string? OffsetOf(ReadOnlySpan<byte> text)
    {
        if (!text.EndsWith("\"]"u8))
        {
            return null;
        }

        var inner = text[..^2];
        return Encoding.ASCII.GetString(inner[(inner.LastIndexOf((byte)'"') + 1)..]);
    }

    private static ReadOnlySpan<byte> After(ReadOnlySpan<byte> text, ReadOnlySpan<byte> name) =>
        text.LastIndexOf(name) is >= 0 and var at ? text[(at + name.Length)..] : default;
}
