using Ecodrix.Server.Http;

namespace Ecodrix.Server.Features.Runs;

internal static class RunErrors
{
    public static readonly Error NotFound = Errors.NotFound with { Message = "There is no such run." };

    public static readonly Error Finished = new(409, "CONFLICT", "The run has ended already.");

    public static readonly Error StepNotFound = Errors.NotFound with { Message = "There is no such run, or it has no such step." };

    public static readonly Error NotUnknown = new(409, "CONFLICT", "The outcome of the step is not unknown.", "Only a step whose status is unknown can be resolved.");

    public static readonly Error NothingFailed = new(409, "CONFLICT", "No step of the run has failed.", "Only failed steps can be repeated.");

    public static readonly Error InSequence = new(409, "CONFLICT", "The lead is in this sequence by another run.", "End that run, or wait for its end, and repeat this one then.");
}
