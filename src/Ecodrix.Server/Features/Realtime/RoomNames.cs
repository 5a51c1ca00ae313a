using Ecodrix.Storage;

namespace Ecodrix.Server.Features.Realtime;

/// <summary>The rooms inside a tenant: of one conversation, lead, broadcast or run.</summary>
/// <remarks>A room of the socket server begins with its tenant, so that nobody's <c>lead:x</c> is another's, whatever ids it is given.</remarks>
internal static class RoomNames
{
    private static readonly string[] Kinds = ["conversation", "lead", "broadcast", "run"];

    public static string Conversation(string id) => $"conversation:{id}";

    public static string Lead(string id) => $"lead:{id}";

    public static string Broadcast(string id) => $"broadcast:{id}";

    public static string Run(string id) => $"run:{id}";

    /// <summary>Where everything goes that a tenant is told.</summary>
    public static string Of(TenantId tenant) => $"tenant:{tenant.Value}";

    /// <param name="room">One of the narrower ones.</param>
    public static string Of(TenantId tenant, string room) => $"tenant:{tenant.Value}:{room}";

    /// <summary>Whether a client may ask for it: a known kind and an id.</summary>
    public static bool IsNarrower(string? room) =>
        room?.Split(':') is [var kind, var id] && Kinds.Contains(kind, StringComparer.Ordinal) && DocumentId.IsValid(id);
}
