using Ecodrix.Channels;

namespace Ecodrix.Server.Features.Inbox;

/// <summary>How a message's status moves: forward only, in whatever order and however often it is told. Pure.</summary>
internal static class MessageProgress
{
    /// <summary>What has been read cannot fail; what has failed is not merely delivered, but may turn out to have been read.</summary>
    private static int Rank(MessageStatus status) => status switch
    {
        MessageStatus.Sent => 1,
        MessageStatus.Delivered => 2,
        MessageStatus.Failed => 3,
        MessageStatus.Read => 4,
        _ => 0,
    };

    /// <returns>The same message when the update says nothing new, or is of another attempt.</returns>
    public static Message Advance(Message message, StatusUpdate update)
    {
        if (message.Direction is MessageDirection.Inbound || (message.Wamid is { } known && !string.Equals(known, update.Wamid, StringComparison.Ordinal)))
        {
            return message;
        }

        var moves = Rank(update.Status) > Rank(message.Status);
        if (!moves && (update.Status is MessageStatus.Failed || TimeOf(message.StatusTimes, update.Status) is not null))
        {
            return message;
        }

        var next = message with { Version = message.Version + 1, Wamid = update.Wamid, StatusTimes = WithTime(message.StatusTimes, update) };
        return moves ? next with { Status = update.Status, Error = update.Status is MessageStatus.Failed ? update.Reason : null } : next;
    }

    /// <summary>What is to stand where a message is stored already and an attempt has an outcome.</summary>
    /// <param name="since">When the attempt began: a failure from before is an earlier one's.</param>
    /// <returns>The message as held when the outcome says less than what is known.</returns>
    public static Message Merge(Message held, Message outcome, DateTimeOffset since)
    {
        var isKnown = held.Status switch
        {
            MessageStatus.Sent or MessageStatus.Delivered or MessageStatus.Read => outcome.Wamid is null || string.Equals(outcome.Wamid, held.Wamid, StringComparison.Ordinal),
            MessageStatus.Failed => outcome.Wamid is null
                ? outcome.Status is MessageStatus.Queued && held.StatusTimes.Failed >= WholeSecond(since)
                : string.Equals(outcome.Wamid, held.Wamid, StringComparison.Ordinal),
            _ => outcome is { Status: MessageStatus.Queued, Error: null },
        };
        if (!isKnown)
        {
            return outcome with { Version = held.Version + 1 };
        }

        return held.StatusTimes.Sent is null && outcome.StatusTimes.Sent is { } sent
            ? held with { Version = held.Version + 1, StatusTimes = held.StatusTimes with { Sent = sent } }
            : held;
    }

    /// <summary>What is known of a message's fate, as its channel would have answered; null when nothing is.</summary>
    public static DeliveryResult? FateOf(Message message) => message.Status switch
    {
        MessageStatus.Sent or MessageStatus.Delivered or MessageStatus.Read => new DeliveryResult.Sent(message.Wamid ?? message.Id),
        MessageStatus.Failed => new DeliveryResult.Refused(message.Error?.Code ?? "FAILED", message.Error?.Message ?? "It failed."),
        _ => null,
    };

    // The provider's times have no fractions.
    private static DateTimeOffset WholeSecond(DateTimeOffset time) => DateTimeOffset.FromUnixTimeSeconds(time.ToUnixTimeSeconds());

    private static DateTimeOffset? TimeOf(StatusTimes times, MessageStatus status) => status switch
    {
        MessageStatus.Sent => times.Sent,
        MessageStatus.Delivered => times.Delivered,
        MessageStatus.Read => times.Read,
        _ => times.Failed,
    };

    private static StatusTimes WithTime(StatusTimes times, StatusUpdate update) => update.Status switch
    {
        MessageStatus.Sent => times with { Sent = times.Sent ?? update.At },
        MessageStatus.Delivered => times with { Delivered = times.Delivered ?? update.At },
        MessageStatus.Read => times with { Read = times.Read ?? update.At },
        _ => times with { Failed = update.At },
    };
}
