using System.Security.Cryptography;

namespace Ecodrix.SocketIO.Redis;

/// <summary>The channels of one namespace. Nothing is escaped, as the stock adapter escapes nothing.</summary>
/// <param name="uid">This node's name in this namespace.</param>
internal sealed class RedisChannels(string key, string space, string uid)
{
    private const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

    /// <summary>Broadcasts to all or to several rooms; with a room and a <c>#</c> behind it those to one.</summary>
    public string Broadcasts { get; } = $"{key}#{space}#";

    /// <summary>The nodes are counted by who listens here.</summary>
    public string Requests { get; } = $"{key}-request#{space}#";

    public string Responses { get; } = $"{key}-response#{space}#";

    private string OwnResponses { get; } = $"{key}-response#{space}#{uid}#";

    /// <summary>
    /// Takes in all of the above. One subscription for all, because messages of several come in no order: a disconnect would overtake
    /// the last words before it.
    /// </summary>
    public string Pattern { get; } = $"{key}*#{space}#*";

    /// <summary>The random name of a node or a request.</summary>
    public static string NewId() => RandomNumberGenerator.GetString(Alphabet, 6);

    public string BroadcastTo(IReadOnlyList<string> rooms) => rooms.Count is 1 ? $"{Broadcasts}{rooms[0]}#" : Broadcasts;

    public string ResponsesTo(string asker) => $"{Responses}{asker}#";

    /// <returns>False for what is no broadcast to this namespace.</returns>
    /// <param name="room">The only room that is meant; empty when the message says who is.</param>
    public bool IsBroadcast(string channel, out string room)
    {
        var isOne = channel.StartsWith(Broadcasts, StringComparison.Ordinal);
        room = isOne && channel.Length > Broadcasts.Length ? channel[Broadcasts.Length..^1] : "";
        return isOne;
    }

    public bool IsRequest(string channel) => string.Equals(channel, Requests, StringComparison.Ordinal);

    public bool IsResponse(string channel) =>
        string.Equals(channel, Responses, StringComparison.Ordinal) || string.Equals(channel, OwnResponses, StringComparison.Ordinal);
}
