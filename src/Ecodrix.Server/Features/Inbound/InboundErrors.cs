using Ecodrix.Server.Http;

namespace Ecodrix.Server.Features.Inbound;

internal static class InboundErrors
{
    public static readonly Error WrongToken = Errors.Forbidden with { Message = "The verify token is nobody's." };

    public static readonly Error WrongSignature = Errors.Unauthorized with { Message = "The signature is missing or verifies under no secret of the body's numbers." };
}
