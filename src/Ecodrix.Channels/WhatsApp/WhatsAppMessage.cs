namespace Ecodrix.Channels.WhatsApp;

/// <summary>Who gets a message: a phone in E.164 with its <c>+</c>, or the business-scoped id of a user who shows no phone. With both the phone wins.</summary>
public sealed record WhatsAppRecipient(string? Phone, string? UserId = null)
{
    internal string? Key => Phone ?? UserId;
}

/// <summary>One message to one person.</summary>
/// <param name="EffectKey">The caller's key of this effect. It comes back in status webhooks, and so tells what became of a message whose answer was lost.</param>
public sealed record WhatsAppMessage(WhatsAppRecipient To, WhatsAppContent Content, string EffectKey)
{
    /// <summary>The wamid of the message that this one answers.</summary>
    public string? ReplyTo { get; init; }
}

/// <summary>What a message says.</summary>
public abstract record WhatsAppContent
{
    private WhatsAppContent()
    {
    }

    /// <summary>Free text; the provider takes it only inside the 24-hour window.</summary>
    public sealed record Text(string Body, bool PreviewUrl = false) : WhatsAppContent;

    /// <summary>An approved template.</summary>
    public sealed record Template(string Name, string Language, TemplateVariables Variables) : WhatsAppContent
    {
        /// <summary>The template as last synced; with it the variables are checked here, before anything is sent.</summary>
        public WhatsAppTemplate? Definition { get; init; }
    }
}

/// <summary>The provider took the message for delivery; what becomes of it comes by webhook.</summary>
/// <param name="WaId">The recipient as the provider knows them, which may differ from what was asked for.</param>
public sealed record WhatsAppAccepted(string Wamid, string? WaId, string? UserId, string? MessageStatus) : DeliveryResult.Sent(Wamid);
