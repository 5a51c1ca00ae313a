using Ecodrix.Server.Http;

namespace Ecodrix.Server.Features.Traces;

internal static class TraceErrors
{
    public static readonly Error NotFound = Errors.NotFound with { Message = "Nothing is known under that id." };

    /// <summary>Forged, cut short, or of a client that is no longer served: never told apart.</summary>
    public static readonly Error WrongLink = Errors.NotFound with { Message = "This link leads nowhere.", Hint = "Copy the whole link, or ask whoever sent it for a new one." };

    /// <summary>Said only where the signature is right.</summary>
    public static readonly Error Expired = Errors.NotFound with { Message = "This link has expired.", Hint = "A link holds for 7 days. Ask whoever sent it for a new one." };

    /// <summary>Said only where the signature is right.</summary>
    public static readonly Error Forgotten = Errors.NotFound with { Message = "What this link told of is no longer kept.", Hint = "Logs are kept as long as the operator set." };
}
