using Ecodrix.Server.Features.Automations.Rules;
using Ecodrix.Server.Features.Automations.Sequences;
using Ecodrix.Server.Features.Leads;
using Ecodrix.Server.Http;
using Ecodrix.Server.Http.Idempotency;
using Ecodrix.Server.Http.Intake;

namespace Ecodrix.Server.Features.Automations;

/// <summary>The rule and sequence routes: read this file to know what the feature offers.</summary>
internal static class AutomationEndpoints
{
    /// <param name="routes">Of tenants.</param>
    public static void MapAutomations(this IEndpointRouteBuilder routes)
    {
        var rules = routes.MapGroup("/api/crm/automations").WithTags("Automation rules").Needs(KeyScope.Automations);

        rules.MapPost("/", CreateRule.HandleAsync).WithSummary("Create a rule").WithIdempotency().Fails(RuleErrors.TooManyActive);
        rules.MapGet("/", ListRules.HandleAsync).WithSummary("List rules");
        rules.MapDelete("/", DeleteRules.HandleAsync).WithSummary("Delete several rules");
        rules.MapGet("/{ruleId}", GetRule.HandleAsync).WithSummary("Read a rule").Fails(RuleErrors.NotFound);
        rules.MapPatch("/{ruleId}", ChangeRule.HandleAsync).WithSummary("Change a rule; runs already started keep to the version before").Fails(RuleErrors.NotFound, RuleErrors.TooManyActive);
        rules.MapDelete("/{ruleId}", DeleteRule.HandleAsync).WithSummary("Delete a rule").Fails(RuleErrors.NotFound);
        rules.MapPatch("/{ruleId}/toggle", ToggleRule.HandleAsync).WithSummary("Switch a rule on or off").Fails(RuleErrors.NotFound, RuleErrors.TooManyActive);
        rules.MapPost("/{ruleId}/test", TestRule.HandleAsync).WithSummary("See what a rule would do for a lead; nothing is sent").Fails(RuleErrors.NotFound, LeadErrors.NotFound);

        var sequences = routes.MapGroup("/api/crm/sequences").WithTags("Sequences").Needs(KeyScope.Automations);

        sequences.MapPost("/enroll", EnrollLead.HandleAsync).TakesInWork().WithSummary("Enroll a lead in a sequence").WithIdempotency().Fails(RuleErrors.NotFound, RuleErrors.AlreadyEnrolled, LeadErrors.NotFound);
        sequences.MapDelete("/unenroll/{enrollmentId}", UnenrollLead.HandleAsync).WithSummary("End an enrollment").Fails(RuleErrors.EnrollmentNotFound);
        sequences.MapGet("/lead/{leadId}", ListEnrollments.HandleAsync).WithSummary("List a lead's enrollments");
    }
}
