using Ecodrix.Server.Features.Runs;
using Ecodrix.Server.Http;
using Ecodrix.Storage.Conditions;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Ecodrix.Server.Features.Automations.Sequences;

/// <summary>Lists a lead's enrollments, the newest first.</summary>
internal static class ListEnrollments
{
    private const int Most = 200;

    public static async Task<Ok<IReadOnlyList<EnrollmentView>>> HandleAsync(Id leadId, Caller caller, RunDoor runs, CancellationToken cancellationToken)
    {
        var enrollments = new List<EnrollmentView>();
        await foreach (var (work, run) in runs.WalkAsync(caller.Tenant, [Condition.Eq("leadId", leadId.Value)], cancellationToken))
        {
            if (run.IsSequence)
            {
                enrollments.Add(EnrollmentView.Of(work, run));
            }

            if (enrollments.Count == Most)
            {
                break;
            }
        }

        return TypedResults.Ok<IReadOnlyList<EnrollmentView>>(enrollments);
    }
}
