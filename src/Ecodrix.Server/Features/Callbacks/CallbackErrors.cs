using Ecodrix.Server.Http;

namespace Ecodrix.Server.Features.Callbacks;

internal static class CallbackErrors
{
    public static readonly Error NotFound = Errors.NotFound with { Message = "There is no such callback." };

    public static readonly Error NotSentYet = new(409, "CONFLICT", "The callback has not been sent for the first time yet.", "It leaves by itself when the event's immediate work is done.");
}
