using System.Text.Json;
using System.Text.Json.Nodes;
using Ecodrix.Channels.WhatsApp;
using Ecodrix.Engine.Steps;
using Ecodrix.Engine.Templates;
using Ecodrix.Server.Delivery;
using Ecodrix.Server.Features.Templates;

namespace Ecodrix.Server.Features.Inbox;

/// <summary>The action <c>send_whatsapp</c>: a template, or free text inside the 24-hour window.</summary>
internal sealed class SendWhatsAppStep(
    WhatsAppChannel channel, ConversationBook conversations, TemplateFitting fitting, MessageBook book, WhatsAppRecipients recipients) : IStepHandler
{
    public string Type => "send_whatsapp";

    public bool Sends => true;

    public TextForm FormOf(string path) => TextForms.Of(path);

    public IEnumerable<(string Path, string Problem)> Validate(JsonElement config)
    {
        var hasTemplate = config.TryGetProperty("templateName", out var name) && name.ValueKind is not JsonValueKind.Null;
        var hasText = config.TryGetProperty("text", out var text) && text.ValueKind is not JsonValueKind.Null;
        if (hasTemplate == hasText)
        {
            yield return ("templateName", "Either templateName or text.");
        }

        if ((hasTemplate && !IsText(name)) || (hasText && !IsText(text)))
        {
            yield return (hasTemplate ? "templateName" : "text", "A text that is not empty.");
        }

        if (config.TryGetProperty("language", out var language) && language.ValueKind is not (JsonValueKind.String or JsonValueKind.Null))
        {
            yield return ("language", "A language such as en_US.");
        }

        if (config.TryGetProperty("variables", out var variables) && !TemplateVariables.TryRead(variables, out _, out var problem))
        {
            yield return ("variables", $"{problem!.Parameter} {problem.Why}".Trim());
        }
    }

    public async Task<Prepared> PrepareAsync(StepContext context, CancellationToken cancellationToken)
    {
        var (phone, isRequired) = await recipients.OfAsync(context, cancellationToken);
        if (phone is null)
        {
            return Ends([], new StepOutcome.Failed("INVALID_PHONE", "The lead has no phone number."));
        }

        var choice = await channel.ChooseAsync(context.Database.Tenant, cancellationToken);
        var use = UseOf(context.Config);
        var rendered = new JsonObject { ["channel"] = "whatsapp", ["to"] = phone, ["text"] = context.Config["text"]?.DeepClone() };
        return !choice.IsConfigured ? Ends(rendered, Providers.NotConfigured("WhatsApp"))
            : use is null ? await PrepareTextAsync(context, new Target(phone, choice, isRequired), rendered, cancellationToken)
            : await PrepareTemplateAsync(context, new Target(phone, choice, isRequired), use, rendered, cancellationToken);
    }

    public async Task<StepOutcome> PerformAsync(StepContext context, Prepared prepared, CancellationToken cancellationToken)
    {
        var request = (Request)prepared.Request!;
        var lead = context.Subject.Lead;
        var conversation = await conversations.FindOrMakeAsync(
            context.Database, request.Target.Phone, TextOf(lead, "fullName"), TextOf(lead, "_id"), cancellationToken);
        var message = request.MessageIn(conversation, context);
        var result = context.IsRepeat && !request.Target.Choice.IsSandbox
            ? new Ecodrix.Channels.DeliveryResult.Unknown("The process that sent it died before it could write down the answer.")
            : await channel.SendAsync(request.Target.Choice, message, request.Known?.Definition, new Ecodrix.Channels.BeforeSending(context.BeginEffectAsync), cancellationToken);

        var attempts = context.Step.Attempts + 1;
        if (MessageFate.Of(message, result, attempts, context.Now) is { } settled)
        {
            var lineage = context.Causes;
            var since = context.Step.EffectStartedAt ?? context.Now;
            var stored = await book.RecordAsync(context.Database, settled with { Lineage = lineage }, since, $"run:{context.Run.Id}", cancellationToken);
            result = result is Ecodrix.Channels.DeliveryResult.Unknown ? MessageProgress.FateOf(stored) ?? result : result;
        }

        return result.ToStep(attempts, new JsonObject { ["messageId"] = message.Id, ["conversationId"] = conversation.Id });
    }

    private async Task<Prepared> PrepareTextAsync(StepContext context, Target target, JsonObject rendered, CancellationToken cancellationToken)
    {
        var conversation = await conversations.FindAsync(context.Database, target.Phone, cancellationToken);
        if (Consent.WhyNot(context.Subject.Lead, "whatsapp", target.NeedsConsent) is { } reason)
        {
            return Ends(rendered, new StepOutcome.Skipped(reason));
        }

        return conversation?.IsWindowOpenAt(context.Now) is true
            ? Ready(rendered, new Request(target, null, null, TextOf(context.Config, "text")))
            : Ends(rendered, new StepOutcome.Failed(InboxErrors.WindowClosed.Code, InboxErrors.WindowClosed.Message));
    }

    private async Task<Prepared> PrepareTemplateAsync(StepContext context, Target target, TemplateUse use, JsonObject rendered, CancellationToken cancellationToken)
    {
        var mapped = use.Variables is null ? await fitting.MapAsync(context.Database, use, context.Scope, cancellationToken) : null;
        use = mapped?.Use ?? use;
        rendered["template"] = JsonSerializer.SerializeToNode(use, InboxJson.Default.TemplateUse);
        if (mapped?.Verdict is { } verdict)
        {
            return Ends(rendered, verdict);
        }

        var fitted = await fitting.FitAsync(context.Database, use, target.Choice.IsSandbox, cancellationToken);
        rendered["text"] = fitted.Text;
        if (fitted.Problem is { } problem)
        {
            return Ends(rendered, new StepOutcome.Failed(InboxErrors.TemplateInvalid.Code, problem));
        }

        return !Consent.IsAskedFor(fitted.Template?.Category) && Consent.WhyNot(context.Subject.Lead, "whatsapp", target.NeedsConsent) is { } reason
            ? Ends(rendered, new StepOutcome.Skipped(reason))
            : Ready(rendered, new Request(target, use, fitted.Template, fitted.Text));
    }

    private static Prepared Ready(JsonObject rendered, Request request) =>
        new() { Rendered = rendered, Request = request, LeavesTheHouse = !request.Target.Choice.IsSandbox, BeginsItself = true };

    private static Prepared Ends(JsonObject rendered, StepOutcome verdict) => new() { Rendered = rendered, Verdict = verdict };

    private static TemplateUse? UseOf(JsonObject config) => TextOf(config, "templateName") is { } name
        ? new TemplateUse(name, TextOf(config, "language") ?? SendRequest.DefaultLanguage, config["variables"] is { } variables ? JsonSerializer.SerializeToElement(variables, InboxJson.Default.JsonNode) : null)
        : null;

    private static string? TextOf(JsonObject? from, string name) =>
        from?[name] is JsonValue value && value.TryGetValue<string>(out var text) && text.Length > 0 ? text : null;

    private static bool IsText(JsonElement value) => value.ValueKind is JsonValueKind.String && !string.IsNullOrWhiteSpace(value.GetString());

    private sealed record Target(string Phone, ChannelChoice<WhatsAppAccount> Choice, bool NeedsConsent);

    private sealed record Request(Target Target, TemplateUse? Use, Template? Known, string? Text)
    {
        public Message MessageIn(Conversation conversation, StepContext context) => new()
        {
            Id = context.EffectId,
            ConversationId = conversation.Id,
            LeadId = TextOf(context.Subject.Lead, "_id"),
            Phone = Target.Phone,
            Type = Use is null ? "text" : "template",
            Text = Text,
            Template = Use,
            Status = MessageStatus.Queued,
            SentBy = "automation",
            Provider = Target.Choice.IsSandbox ? Providers.Sandbox : Providers.Meta,
            Sandboxed = Target.Choice.IsSandbox ? true : null,
            CreatedAt = context.Now,
        };
    }
}
