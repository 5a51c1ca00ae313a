using System.Text.Json;
using Ecodrix.Server.Delivery;

namespace Ecodrix.Server.Features.Inbox;

/// <summary>A message as whoever asks what happened sees it. Pure.</summary>
internal static class MessageRecord
{
    public static EffectRecord Of(Message message, DateTimeOffset now) => new()
    {
        Id = message.Id,
        Channel = "whatsapp",
        Provider = message.Provider,
        ProviderId = message.Wamid,
        LeadId = message.LeadId,
        To = message.Phone,
        Text = message.Text,
        Template = message.Template is null ? null : JsonSerializer.SerializeToElement(message.Template, InboxJson.Default.TemplateUse),
        Status = Wire(message.StatusAt(now)),
        Error = message.Error is null ? null : new EffectError(message.Error.Code, message.Error.Message),
        CreatedAt = message.CreatedAt,
        Times = [.. TimesOf(message, now).OrderBy(time => time.At)],
    };

    private static IEnumerable<EffectTime> TimesOf(Message message, DateTimeOffset now)
    {
        var times = message.StatusTimes;
        var status = message.StatusAt(now);
        var sandboxed = message.Sandboxed is true ? times.Sent : null;
        (MessageStatus Status, DateTimeOffset? At)[] all =
        [
            (MessageStatus.Sent, times.Sent),
            (MessageStatus.Delivered, times.Delivered ?? (status is MessageStatus.Delivered or MessageStatus.Read && sandboxed is { } sent ? SandboxProgress.DeliveredAt(sent) : null)),
            (MessageStatus.Read, times.Read ?? (status is MessageStatus.Read && sandboxed is { } taken ? SandboxProgress.ReadAt(taken) : null)),
            (MessageStatus.Failed, times.Failed),
        ];
        return all.Where(one => one.At is not null).Select(one => new EffectTime(Wire(one.Status), one.At!.Value));
    }

    private static string Wire(MessageStatus status) => JsonNamingPolicy.CamelCase.ConvertName(status.ToString());
}
