using Ecodrix.Server.Http;

namespace Ecodrix.Server.Features.Jobs;

internal static class JobErrors
{
    public static readonly Error NotFound = Errors.NotFound with { Message = "There is no such job." };

    public static readonly Error NothingFailed = new(409, "CONFLICT", "The job has not failed.", "Only what failed can be repeated.");

    public static readonly Error Finished = new(409, "CONFLICT", "The job has ended already.");
}
