using System.Text.Json;
using Ecodrix.Engine.Steps;
using Ecodrix.Server.Delivery;
using Ecodrix.Server.Features.Runs;
using Ecodrix.Storage;
using Ecodrix.Storage.Conditions;
using Ecodrix.Storage.Routing;

namespace Ecodrix.Server.Features.Email;

/// <summary>What other features may ask of mail.</summary>
internal static class EmailDoor
{
    private static readonly Condition Sandboxed = Condition.Eq("sandboxed", true);

    public static IServiceCollection AddEmail(this IServiceCollection services) => services
        .AddSingleton<EmailChannel>()
        .AddSingleton<MailBook>()
        .AddTenantDocuments<Mail>()
        .AddSingleton<IEffectRecord, MailResolution>()
        .AddSingleton<IStepHandler, SendEmailStep>();

    /// <summary>The newest mails that the sandbox took.</summary>
    public static async Task<IReadOnlyList<OutboxItem>> ReadOutboxAsync(ITenantDatabase database, int atMost, CancellationToken cancellationToken)
    {
        var query = new DocumentQuery(Sandboxed, atMost) { Sort = [new Sort("_id", Descending: true)] };
        return [.. (await database.Documents<Mail>().QueryAsync(query, cancellationToken)).Select(ItemOf)];
    }

    public static Task<int> CountOutboxAsync(ITenantDatabase database, int atMost, CancellationToken cancellationToken) =>
        database.Documents<Mail>().CountAsync(Sandboxed, atMost, cancellationToken);

    /// <summary>What is kept of the mails with these ids; of those that there are.</summary>
    public static async Task<IReadOnlyList<EffectRecord>> FindEffectsAsync(ITenantDatabase database, IReadOnlyCollection<string> ids, CancellationToken cancellationToken) =>
        ids.Count == 0 ? [] : [.. (await database.Documents<Mail>().FindManyAsync(ids, cancellationToken)).Select(RecordOf)];

    private static EffectRecord RecordOf(Mail mail) => new()
    {
        Id = mail.Id,
        Channel = "email",
        Provider = mail.Provider,
        ProviderId = mail.MessageId,
        LeadId = mail.LeadId,
        To = mail.To,
        Subject = mail.Subject,
        Text = mail.Text,
        Html = mail.Html,
        Status = JsonNamingPolicy.CamelCase.ConvertName(mail.Status.ToString()),
        Error = mail.Error is null ? null : new EffectError(mail.Error.Code, mail.Error.Message),
        CreatedAt = mail.CreatedAt,
    };

    private static OutboxItem ItemOf(Mail mail) => new()
    {
        Id = mail.Id,
        Channel = "email",
        To = mail.To,
        LeadId = mail.LeadId,
        Type = "email",
        Subject = mail.Subject,
        Html = mail.Html,
        Text = mail.Text,
        Status = JsonNamingPolicy.CamelCase.ConvertName(mail.Status.ToString()),
        Error = mail.Error is null ? null : new OutboxError(mail.Error.Code, mail.Error.Message),
        CreatedAt = mail.CreatedAt,
    };
}
