using System.Globalization;

namespace Ecodrix.SocketIO.Packets;

/// <summary>What stands before a packet's JSON.</summary>
/// <param name="Attachments">Null for a type without binary; else how many binary messages follow, at least one.</param>
/// <param name="Json">Where the payload begins in the text; the text's length when there is none.</param>
internal sealed record SocketPacketHeader(SocketPacketType Type, int? Attachments, string Namespace, ulong? AckId, int Json)
{
    /// <returns>Null for a text that no packet begins with.</returns>
    public static SocketPacketHeader? Read(string text)
    {
        if (text.Length is 0 || text[0] is < '0' or > '6')
        {
            return null;
        }

        var wireType = text[0] - '0';
        var at = 1;
        int? attachments = null;
        if (wireType > (int)SocketPacketType.ConnectError)
        {
            if (!TryDigits(text, ref at, out var count) || count is 0 or > int.MaxValue || at >= text.Length || text[at] is not '-')
            {
                return null;
            }

            attachments = (int)count;
            at++;
        }

        var space = ReadNamespace(text, ref at);
        ulong? id = null;
        if (at < text.Length && char.IsAsciiDigit(text[at]))
        {
            if (!TryDigits(text, ref at, out var digits))
            {
                return null;
            }

            id = digits;
        }

        var type = wireType switch { 5 => SocketPacketType.Event, 6 => SocketPacketType.Ack, _ => (SocketPacketType)wireType };
        return new SocketPacketHeader(type, attachments, space, id, at);
    }

    /// <summary>Everything up to the comma, a query included; the comma may be left out where nothing follows.</summary>
    private static string ReadNamespace(string text, ref int at)
    {
        if (at >= text.Length || text[at] is not '/')
        {
            return "/";
        }

        var comma = text.IndexOf(',', at);
        var end = comma < 0 ? text.Length : comma;
        var name = text[at..end];
        at = comma < 0 ? text.Length : comma + 1;
        return name;
    }

    private static bool TryDigits(string text, ref int at, out ulong number)
    {
        var from = at;
        while (at < text.Length && char.IsAsciiDigit(text[at]))
        {
            at++;
        }

        return ulong.TryParse(text.AsSpan(from, at - from), NumberStyles.None, CultureInfo.InvariantCulture, out number);
    }
}
