namespace Ecodrix.Channels.WhatsApp;

/// <summary>A template as the provider describes it. Plain data, so that it can be stored as it is.</summary>
/// <param name="Status">APPROVED, PENDING, REJECTED, PAUSED, DISABLED, …</param>
/// <param name="ParameterFormat">POSITIONAL (<c>{{1}}</c>) or NAMED (<c>{{customer_name}}</c>).</param>
public sealed record WhatsAppTemplate(string Id, string Name, string Language, string Status, string Category, string ParameterFormat)
{
    public IReadOnlyList<TemplateComponent> Components { get; init; } = [];

    /// <summary>GREEN, YELLOW, RED or UNKNOWN, where the provider tells.</summary>
    public string? QualityScore { get; init; }

    public string? RejectedReason { get; init; }
}

/// <param name="Type">HEADER, BODY, FOOTER or BUTTONS.</param>
/// <param name="Format">A header's TEXT, IMAGE, VIDEO, DOCUMENT, LOCATION or GIF.</param>
public sealed record TemplateComponent(string Type, string? Format, string? Text)
{
    public IReadOnlyList<TemplateButton> Buttons { get; init; } = [];
}

/// <param name="Type">QUICK_REPLY, URL, PHONE_NUMBER, COPY_CODE, OTP, FLOW, …</param>
public sealed record TemplateButton(string Type, string? Text, string? Url);
