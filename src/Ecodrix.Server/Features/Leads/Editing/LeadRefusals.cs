using Ecodrix.Server.Http;

namespace Ecodrix.Server.Features.Leads;

/// <summary>Turns what was wrong with a request's fields into its answer.</summary>
internal static class LeadRefusals
{
    /// <returns>Null when nothing was wrong.</returns>
    public static Failure? Of(FieldReading reading)
    {
        if (reading.Problems.Count == 0)
        {
            return null;
        }

        var errors = new ValidationErrors();
        foreach (var (path, problem) in reading.Problems)
        {
            errors.Add(path, problem);
        }

        return reading.FoundInvalidPhone ? new Failure(LeadErrors.InvalidPhone, errors) : new Failure(errors);
    }
}
