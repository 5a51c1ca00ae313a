using Ecodrix.Engine.Jobs;
using Ecodrix.Engine.Runs;
using Ecodrix.Server.Features.Automations.Rules;
using Ecodrix.Server.Features.Jobs;
using Ecodrix.Server.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Ecodrix.Server.Features.Automations.Sequences;

/// <summary>Takes a lead out of a sequence. One that has ended already stays as it is.</summary>
internal static class UnenrollLead
{
    public static async Task<Results<Ok<EnrollmentView>, Failure>> HandleAsync(
        Id enrollmentId, Caller caller, JobDoor jobs, IWorkControl control, CancellationToken cancellationToken)
    {
        var eventId = WorkIds.EventOf(enrollmentId);
        if (await jobs.FindAsync(caller.Tenant, eventId, cancellationToken) is not { } work || ViewIn(work, enrollmentId) is not { } enrollment)
        {
            return new Failure(RuleErrors.EnrollmentNotFound);
        }

        if (enrollment.Status is not EnrollmentStatus.Active)
        {
            return TypedResults.Ok(enrollment);
        }

        return await control.CancelAsync(caller.Tenant, eventId, enrollmentId, cancellationToken) is { } cancelled
            ? TypedResults.Ok(ViewIn(cancelled, enrollmentId))
            : new Failure(RuleErrors.EnrollmentNotFound);
    }

    private static EnrollmentView? ViewIn(WorkItem work, string runId) =>
        work.Event?.Runs.FirstOrDefault(run => run.IsSequence && string.Equals(run.Id, runId, StringComparison.Ordinal)) is { } run
            ? EnrollmentView.Of(work, run)
            : null;
}
