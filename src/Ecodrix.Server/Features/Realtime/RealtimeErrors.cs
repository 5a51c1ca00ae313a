using Ecodrix.Server.Http;

namespace Ecodrix.Server.Features.Realtime;

/// <summary>What the feature refuses by name.</summary>
internal static class RealtimeErrors
{
    public static readonly Error TooManyTokens = Errors.Conflict with
    {
        Message = "The client has 10,000 realtime tokens that have not run out.",
        Hint = "Use a token for as long as it lasts, or let it last shorter.",
    };
}
