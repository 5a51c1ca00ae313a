using System.Text.Json;
using Ecodrix.Engine.Steps;
using Ecodrix.Server.Delivery;
using Ecodrix.Storage;
using Ecodrix.Storage.Conditions;
using Ecodrix.Storage.Routing;

namespace Ecodrix.Server.Features.Meetings;

/// <summary>What other features may ask of meetings.</summary>
internal static class MeetingDoor
{
    private static readonly Condition Sandboxed = Condition.Eq("sandboxed", true);

    public static IServiceCollection AddMeetings(this IServiceCollection services) => services
        .AddSingleton<MeetChannel>()
        .AddSingleton<MeetingBook>()
        .AddTenantDocuments<Meeting>()
        .AddSingleton<IStepHandler, CreateMeetStep>();

    /// <summary>The newest meetings that the sandbox made.</summary>
    public static async Task<IReadOnlyList<OutboxItem>> ReadOutboxAsync(ITenantDatabase database, int atMost, CancellationToken cancellationToken)
    {
        var query = new DocumentQuery(Sandboxed, atMost) { Sort = [new Sort("_id", Descending: true)] };
        return [.. (await database.Documents<Meeting>().QueryAsync(query, cancellationToken)).Select(ItemOf)];
    }

    public static Task<int> CountOutboxAsync(ITenantDatabase database, int atMost, CancellationToken cancellationToken) =>
        database.Documents<Meeting>().CountAsync(Sandboxed, atMost, cancellationToken);

    /// <summary>What is kept of the meetings with these ids; of those that there are.</summary>
    public static async Task<IReadOnlyList<EffectRecord>> FindEffectsAsync(ITenantDatabase database, IReadOnlyCollection<string> ids, CancellationToken cancellationToken) =>
        ids.Count == 0 ? [] : [.. (await database.Documents<Meeting>().FindManyAsync(ids, cancellationToken)).Select(RecordOf)];

    private static EffectRecord RecordOf(Meeting meeting) => new()
    {
        Id = meeting.Id,
        Channel = "meet",
        Provider = meeting.Provider,
        ProviderId = meeting.GoogleEventId,
        LeadId = meeting.LeadId,
        To = meeting.Attendees.Count > 0 ? meeting.Attendees[0] : null,
        Subject = meeting.Title,
        MeetLink = meeting.MeetLink,
        Status = JsonNamingPolicy.CamelCase.ConvertName(meeting.Status.ToString()),
        Error = meeting.Error is null ? null : new EffectError(meeting.Error.Code, meeting.Error.Message),
        CreatedAt = meeting.CreatedAt,
    };

    private static OutboxItem ItemOf(Meeting meeting) => new()
    {
        Id = meeting.Id,
        Channel = "meet",
        To = meeting.Attendees.Count > 0 ? meeting.Attendees[0] : null,
        LeadId = meeting.LeadId,
        Type = "meeting",
        Subject = meeting.Title,
        MeetLink = meeting.MeetLink,
        Status = JsonNamingPolicy.CamelCase.ConvertName(meeting.Status.ToString()),
        Error = meeting.Error is null ? null : new OutboxError(meeting.Error.Code, meeting.Error.Message),
        CreatedAt = meeting.CreatedAt,
    };
}
