using Ecodrix.Server.Features.Pipelines;

namespace Ecodrix.Server.Features.Leads;

/// <summary>What a new lead is, before anything is stored. Pure, so that a dry run sees the very lead that would be made.</summary>
internal static class LeadMaking
{
    public static Lead Make(string id, LeadIdentity who, NewLead seed, LeadSetting setting)
    {
        var blank = new Lead
        {
            Id = id,
            Currency = setting.Client.Currency,
            CreatedAt = setting.Now,
            UpdatedAt = setting.Now,
        };

        var lead = seed.Fields.Apply(blank);
        var named = lead with { Phone = who.Phone ?? lead.Phone, Email = who.Email ?? lead.Email };
        return (setting.Book.FindStage(seed.StageId) ?? FirstOf(setting.Book)) is { } place ? named.MoveTo(place, setting.Now) : named;
    }

    private static Placement? FirstOf(PipelineBook book) =>
        book.Default is { FirstStage: { } first } pipeline ? new Placement(pipeline, first) : null;
}

/// <summary>What somebody gives for a lead that is to be made.</summary>
/// <param name="Fields">As read from <c>leadData</c>.</param>
/// <param name="StageId">A stage of the tenant; null means the first of the default pipeline.</param>
/// <param name="Id">The id that it gets when nobody else is making it; null means a new one.</param>
internal sealed record NewLead(LeadPatch Fields, string? StageId = null, string? Id = null)
{
    public static readonly NewLead Empty = new(LeadPatch.None);
}
