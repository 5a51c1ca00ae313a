using System.Text.Json;
using System.Text.Json.Nodes;
using Ecodrix.Channels;
using Ecodrix.Channels.Email;
using Ecodrix.Engine.Steps;
using Ecodrix.Engine.Templates;
using Ecodrix.Server.Delivery;
using Ecodrix.Server.Features.Tenants;

namespace Ecodrix.Server.Features.Email;

/// <summary>The action <c>send_email</c>.</summary>
internal sealed class SendEmailStep(EmailChannel channel, MailBook book, TenantDoor tenants) : IStepHandler
{
    public string Type => "send_email";

    public bool Sends => true;

    public TextForm FormOf(string path) => path is "htmlBody" ? TextForm.Html : TextForms.Of(path);

    public IEnumerable<(string Path, string Problem)> Validate(JsonElement config)
    {
        if (!IsText(config, "subject"))
        {
            yield return ("subject", "A text that is not empty.");
        }

        if (!IsText(config, "htmlBody") && !IsText(config, "textBody"))
        {
            yield return ("htmlBody", "Either htmlBody or textBody, or both.");
        }

        if (config.TryGetProperty("to", out var to) && to.ValueKind is not (JsonValueKind.String or JsonValueKind.Null))
        {
            yield return ("to", "An address, or a template that gives one.");
        }
    }

    public async Task<Prepared> PrepareAsync(StepContext context, CancellationToken cancellationToken)
    {
        var subject = TextOf(context.Config, "subject") ?? string.Empty;
        var to = (TextOf(context.Config, "to") ?? TextOf(context.Subject.Lead, "email") ?? context.Work.Event?.Email)?.Trim();
        var rendered = new JsonObject
        {
            ["channel"] = "email",
            ["to"] = to,
            ["subject"] = subject,
            ["htmlBody"] = context.Config["htmlBody"]?.DeepClone(),
            ["textBody"] = context.Config["textBody"]?.DeepClone(),
        };

        var choice = await channel.ChooseAsync(context.Database.Tenant, cancellationToken);
        var profile = await tenants.FindProfileAsync(context.Database.Tenant, cancellationToken);
        StepOutcome? verdict = Refusal(subject, to) ?? (choice.IsConfigured ? null : Providers.NotConfigured("Email"));
        if (verdict is null && Consent.WhyNot(context.Subject.Lead, "email", profile?.RequireConsent is true) is { } reason)
        {
            verdict = new StepOutcome.Skipped(reason);
        }

        return new Prepared
        {
            Rendered = rendered,
            Verdict = verdict,
            LeavesTheHouse = !choice.IsSandbox,
            BeginsItself = true,
            Request = verdict is null ? new Request(choice, MailFor(context, to!, subject, choice.IsSandbox)) : null,
        };
    }

    public async Task<StepOutcome> PerformAsync(StepContext context, Prepared prepared, CancellationToken cancellationToken)
    {
        var request = (Request)prepared.Request!;
        var result = context.IsRepeat && !request.Choice.IsSandbox
            ? new DeliveryResult.Unknown("The process that sent it died before it could write down the answer.")
            : await channel.SendAsync(request.Choice, request.Mail, new BeforeSending(context.BeginEffectAsync), cancellationToken);

        var attempts = context.Step.Attempts + 1;
        if (MailBook.FateOf(request.Mail, result, attempts, context.Now) is { } settled)
        {
            var lineage = context.Causes;
            await book.RecordAsync(context.Database, settled, $"run:{context.Run.Id}", lineage, cancellationToken);
        }

        return result.ToStep(attempts, new JsonObject { ["emailMessageId"] = request.Mail.Id });
    }

    /// <summary>A line break in what becomes a header would smuggle in others: such a step fails for good.</summary>
    private static StepOutcome.Failed? Refusal(string subject, string? to) =>
        HasBreak(subject) ? new StepOutcome.Failed("VALIDATION_ERROR", "The subject has a line break.")
        : HasBreak(to) ? new StepOutcome.Failed("VALIDATION_ERROR", "The address has a line break.")
        : string.IsNullOrEmpty(to) ? new StepOutcome.Failed("NO_ADDRESS", "Neither the lead nor the event has an e-mail address.")
        : null;

    private static bool HasBreak(string? text) => text.AsSpan().ContainsAny('\r', '\n');

    private static Mail MailFor(StepContext context, string to, string subject, bool isSandbox) => new()
    {
        Id = context.EffectId,
        LeadId = TextOf(context.Subject.Lead, "_id"),
        To = to,
        Subject = subject,
        Html = TextOf(context.Config, "htmlBody"),
        Text = TextOf(context.Config, "textBody"),
        Provider = isSandbox ? Providers.Sandbox : Providers.Smtp,
        Sandboxed = isSandbox ? true : null,
        CreatedAt = context.Now,
    };

    private static string? TextOf(JsonObject? from, string name) =>
        from?[name] is JsonValue value && value.TryGetValue<string>(out var text) && text.Length > 0 ? text : null;

    private static bool IsText(JsonElement config, string name) =>
        config.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.String && !string.IsNullOrWhiteSpace(value.GetString());

    private sealed record Request(ChannelChoice<SmtpAccount> Choice, Mail Mail);
}
