using Ecodrix.Server.Http;

namespace Ecodrix.Server.Features.Sandbox;

internal static class SandboxErrors
{
    public static readonly Error LiveKey = Errors.Forbidden with { Message = "The sandbox takes test keys only.", Hint = "Use the client's key that begins with erix_test_." };

    public static readonly Error Paused = Errors.Conflict with { Message = "The client is paused, so nothing that falls due would run.", Hint = "The operator sets the client to active." };

    public static readonly Error ClockMoves = Errors.Conflict with { Message = "The twin's clock is being moved or was put back meanwhile.", Hint = "Wait for the other request, read the clock, and repeat." };
}
