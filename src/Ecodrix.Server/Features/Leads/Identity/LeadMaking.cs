using Ecodrix.Server.Features.Pipelines;
using Ecodrix.Server.Features.Tenants;
using Ecodrix.Storage;

namespace Ecodrix.Server.Features.Leads;

/// <summary>What a new lead is, before anything is stored. Pure, so that a dry run sees the very lead that would be made.</summary>
internal static class LeadMaking
{
    /// <param name="place">Where it begins; null means the first stage of the default pipeline.</param>
    public static Lead Make(string id, LeadIdentity who, NewLead seed, Placement? place, LeadSetting setting)
    {
        var blank = new Lead
        {
            Id = id,
            Currency = setting.Client.Currency,
            CreatedAt = setting.Now,
            UpdatedAt = setting.Now,
        };

        var lead = seed.Fields.Apply(blank);
        return (lead with { Phone = who.Phone ?? lead.Phone, Email = who.Email ?? lead.Email }).Enter(place ?? FirstOf(setting.Book), setting.Now);
    }

    private static Lead Enter(this Lead lead, Placement? place, DateTimeOffset now) => place is null ? lead : lead.MoveTo(place, now);

    private static Placement? FirstOf(PipelineBook book) =>
        book.Default is { FirstStage: { } first } pipeline ? new Placement(pipeline, first) : null;
}

/// <summary>What somebody gives for a lead that is to be made.</summary>
/// <param name="Fields">As read from <c>leadData</c>.</param>
/// <param name="StageId">A stage of the tenant; null means the first of the default pipeline.</param>
internal sealed record NewLead(LeadPatch Fields, string? StageId = null)
{
    public static readonly NewLead Empty = new(LeadPatch.None);
}

/// <summary>The tenant as it stands when a lead is made.</summary>
internal sealed record LeadSetting(ClientProfile Client, PipelineBook Book, DateTimeOffset Now);
