namespace Ecodrix.Server.Features.Leads;

/// <summary>Values for some fields of a lead, read and checked. Null values clear.</summary>
internal sealed record LeadPatch
{
    public static readonly LeadPatch None = new();

    /// <summary>Normalised; null when it is not set, or cleared.</summary>
    public string? Phone { get; init; }

    public bool SetsPhone { get; init; }

    /// <summary>Normalised; null when it is not set, or cleared.</summary>
    public string? Email { get; init; }

    public bool SetsEmail { get; init; }

    /// <summary>All fields but phone and email.</summary>
    public IReadOnlyList<Func<Lead, Lead>> Changes { get; init; } = [];

    /// <summary>The names of fields that were given and are none of a lead's.</summary>
    public IReadOnlyList<string> Unknown { get; init; } = [];

    public Lead Apply(Lead lead)
    {
        var changed = Changes.Aggregate(lead, (result, change) => change(result));
        return changed with
        {
            Phone = SetsPhone ? Phone : changed.Phone,
            Email = SetsEmail ? Email : changed.Email,
        };
    }
}
