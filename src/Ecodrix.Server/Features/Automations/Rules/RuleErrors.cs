using Ecodrix.Server.Http;

namespace Ecodrix.Server.Features.Automations.Rules;

/// <summary>The refusals that are the rules' own.</summary>
internal static class RuleErrors
{
    public static readonly Error NotFound = Errors.NotFound with { Message = "There is no such rule." };

    public static readonly Error TooManyActive = Errors.QuotaExceeded with
    {
        Message = "There are 500 active rules already.",
        Hint = "Switch one off, or save this one with isActive: false.",
    };

    public static readonly Error NotASequence = Errors.Unprocessable with { Message = "The rule is no sequence.", Hint = "Set isSequence: true on the rule." };

    public static readonly Error Inactive = Errors.Unprocessable with { Message = "The sequence is not active.", Hint = "Switch it on first." };

    public static readonly Error AlreadyEnrolled = new(409, "CONFLICT", "The lead is already in this sequence.");

    public static readonly Error EnrollmentNotFound = Errors.NotFound with { Message = "There is no such enrollment." };
}
