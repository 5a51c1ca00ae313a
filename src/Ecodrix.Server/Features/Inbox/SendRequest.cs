using System.Text.Json;
using Ecodrix.Server.Http;
using Ecodrix.Storage;

namespace Ecodrix.Server.Features.Inbox;

/// <summary>What is to be sent to whom, as it was asked for.</summary>
/// <param name="Fallback">Takes the place of a text for which the window is closed.</param>
internal sealed record SendRequest(string? To, string? ConversationId, string? Text, bool PreviewUrl, TemplateUse? Template, TemplateUse? Fallback)
{
    public const string DefaultLanguage = "en_US";

    private const int LongestText = 4_096;

    private static readonly string[] Unserved = ["media", "interactive", "location", "contacts", "reaction"];

    /// <summary>The id of the message that this one answers.</summary>
    public string? ReplyTo { get; init; }

    public static (SendRequest? Request, Failure? Refusal) Read(JsonElement body)
    {
        var errors = new ValidationErrors();
        if (body.ValueKind is not JsonValueKind.Object)
        {
            return (null, new Failure(errors.Add("", "must be an object")));
        }

        foreach (var name in Unserved.Where(name => Given(body, name) is not null))
        {
            errors.Add(name, "is not served in this version; send text or templateName");
        }

        var request = new SendRequest(
            TextOf(body, "to", errors),
            IdOf(body, "conversationId", errors),
            TextOf(body, "text", errors),
            Given(body, "previewUrl") is { ValueKind: JsonValueKind.True },
            TextOf(body, "templateName", errors) is { } template ? new TemplateUse(template, TextOf(body, "templateLanguage", errors) ?? DefaultLanguage, Given(body, "variables")?.Clone()) : null,
            FallbackOf(body, errors))
        { ReplyTo = IdOf(body, "replyTo", errors) };

        Check(request, errors);
        return errors.Any ? (null, new Failure(errors)) : (request, null);
    }

    private static void Check(SendRequest request, ValidationErrors errors)
    {
        if ((request.To is null) == (request.ConversationId is null))
        {
            errors.Add("to", "or conversationId must be given, and not both");
        }

        if ((request.Text is null) == (request.Template is null))
        {
            errors.Add("text", "or templateName must be given, and not both");
        }

        if (request.Text is { Length: > LongestText } or "")
        {
            errors.Add("text", $"must have 1 to {LongestText} characters");
        }
    }

    private static TemplateUse? FallbackOf(JsonElement body, ValidationErrors errors)
    {
        if (Given(body, "fallbackTemplate") is not { } fallback)
        {
            return null;
        }

        if (fallback.ValueKind is not JsonValueKind.Object || Given(fallback, "templateName") is not { ValueKind: JsonValueKind.String } name || name.GetString() is not { Length: > 0 } template)
        {
            errors.Add("fallbackTemplate.templateName", "must name a template");
            return null;
        }

        var language = Given(fallback, "templateLanguage") is { ValueKind: JsonValueKind.String } given ? given.GetString()! : DefaultLanguage;
        return new TemplateUse(template, language, Given(fallback, "variables")?.Clone());
    }

    private static string? IdOf(JsonElement body, string name, ValidationErrors errors)
    {
        var id = TextOf(body, name, errors);
        return id is null || DocumentId.IsValid(id) ? id : throw new RefusedException(new Failure(Errors.InvalidId));
    }

    private static string? TextOf(JsonElement body, string name, ValidationErrors errors)
    {
        if (Given(body, name) is not { } value)
        {
            return null;
        }

        if (value.ValueKind is JsonValueKind.String)
        {
            return value.GetString();
        }

        errors.Add(name, "must be a text");
        return null;
    }

    private static JsonElement? Given(JsonElement body, string name) =>
        body.TryGetProperty(name, out var value) && value.ValueKind is not JsonValueKind.Null ? value : null;
}
