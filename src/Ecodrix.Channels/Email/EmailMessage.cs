namespace Ecodrix.Channels.Email;

/// <summary>One mail to one person.</summary>
/// <param name="EffectKey">The caller's key of this effect; the <c>Message-ID</c> is made from it, so that the same effect is the same message to every mail server.</param>
public sealed record EmailMessage(string To, string Subject, string EffectKey)
{
    public string? Html { get; init; }

    /// <summary>The plain text; made from the HTML when there is none.</summary>
    public string? Text { get; init; }

    public string? ReplyTo { get; init; }

    /// <summary>Further headers, such as <c>List-Unsubscribe</c>.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
}

/// <summary>The mail server took the message.</summary>
/// <param name="MessageId">As it stands in the header, with angle brackets.</param>
/// <param name="ServerAnswer">The server's words, which often hold its queue id.</param>
public sealed record EmailAccepted(string MessageId, string ServerAnswer) : DeliveryResult.Sent(MessageId);
