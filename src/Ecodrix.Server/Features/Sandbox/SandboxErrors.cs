using Ecodrix.Server.Http;

namespace Ecodrix.Server.Features.Sandbox;

internal static class SandboxErrors
{
    public static readonly Error LiveKey = Errors.Forbidden with { Message = "The sandbox takes test keys only.", Hint = "Use the client's key that begins with erix_test_." };
}
