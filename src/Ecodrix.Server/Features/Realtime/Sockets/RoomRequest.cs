using System.Text.Json;
using System.Text.Json.Nodes;
using Ecodrix.Server.Http;
using Ecodrix.SocketIO;
using Ecodrix.Storage;

namespace Ecodrix.Server.Features.Realtime.Sockets;

/// <summary>Reads what a client asks of rooms, and writes what it is answered.</summary>
internal static class RoomRequest
{
    /// <summary>How many narrower rooms a socket may be in.</summary>
    public const int MostRooms = 500;

    private const int DefaultGap = 200;

    private const int LargestGap = 1_000;

    private static readonly string[] CodeNames = ["clientCode", "code", "room"];

    public static JsonObject Accepted(IEnumerable<string> rooms) => new() { ["success"] = true, ["rooms"] = new JsonArray([.. rooms.Select(room => (JsonNode?)room)]) };

    public static JsonObject Refused(Error error) => new() { ["success"] = false, ["code"] = error.Code, ["message"] = error.Message };

    /// <summary>Whether the first argument names the tenant's own code: as text, or as <c>{clientCode}</c>.</summary>
    public static bool IsOwnCode(SocketArguments arguments, TenantId tenant)
    {
        var named = arguments.Count > 0 ? arguments[0] : null;
        if (named is JsonObject given)
        {
            named = CodeNames.Select(name => given[name]).FirstOrDefault(value => value is not null);
        }

        return IsCode(named, tenant);
    }

    /// <param name="leaves">Then the tenant's own code may be named too.</param>
    public static (IReadOnlyList<string> Rooms, Error? Refusal) Read(SocketEvent received, bool leaves)
    {
        if ((received.Arguments.Count > 0 ? received.Arguments[0] : null) is not JsonObject { } given || given["rooms"] is not JsonArray asked)
        {
            return ([], Invalid("rooms must be a list such as [\"lead:665f00000000000000000000\"]."));
        }

        var tenant = SocketAccess.Of(received.Socket)!.Tenant;
        for (var index = 0; index < asked.Count; index++)
        {
            if (!RoomNames.IsNarrower(Text(asked[index])) && !(leaves && IsCode(asked[index], tenant)))
            {
                return ([], Invalid(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"rooms[{index}] must be conversation:, lead:, broadcast: or run: with an id.")));
            }
        }

        if (!leaves && asked.Count + received.Socket.Rooms.Count > MostRooms)
        {
            return ([], Invalid("A socket may be in 500 rooms; leave some first."));
        }

        return ([.. asked.Select(room => Text(room)!)], null);
    }

    public static bool TryReadGap(SocketArguments arguments, out long after, out int limit)
    {
        (after, limit) = (0, DefaultGap);
        return arguments.Count > 0
            && arguments[0] is JsonObject given
            && (given["after"] is null || TryNumber(given["after"], 0, long.MaxValue - 1, out after))
            && (given["limit"] is null || (TryNumber(given["limit"], 1, LargestGap, out var most) && (limit = (int)most) > 0));
    }

    private static Error Invalid(string why) => Errors.Validation with { Message = why };

    private static bool IsCode(JsonNode? node, TenantId tenant) => string.Equals(Text(node), tenant.Code, StringComparison.OrdinalIgnoreCase);

    private static bool TryNumber(JsonNode? node, long least, long most, out long number)
    {
        number = 0;
        return node is JsonValue value && value.GetValueKind() is JsonValueKind.Number && value.TryGetValue(out number) && number >= least && number <= most;
    }

    private static string? Text(JsonNode? node) =>
        node is JsonValue value && value.GetValueKind() is JsonValueKind.String ? value.GetValue<string>() : null;
}
