using System.Runtime.CompilerServices;
using System.Text.Json;
using Ecodrix.Channels.Guarding;
using Microsoft.Extensions.Options;

namespace Ecodrix.Channels.WhatsApp;

/// <summary>Reads the templates of a business account.</summary>
public sealed class WhatsAppTemplates(GuardedHttp http, IOptions<WhatsAppOptions> options, TimeProvider clock)
{
    private const string Fields = "id,name,language,status,category,components,parameter_format,quality_score,rejected_reason";
    private const int PageSize = 100;
    private const int MostPages = 200;
    private const int LargestPage = 8 * 1024 * 1024;

    /// <summary>One page after another. A page that could not be had ends the listing with its reason as the last item.</summary>
    /// <remarks>Only the cursor of an answer is believed, never the address of the next page: the token goes to its own host.</remarks>
    public async IAsyncEnumerable<TemplatePage> ListAsync(WhatsAppAccount account, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        string? after = null;
        for (var page = 0; page < MostPages; page++)
        {
            var read = await ReadPageAsync(account, after, cancellationToken);
            yield return read.Page;

            if (read.Page.Problem is not null || read.After is null || read.After.Equals(after, StringComparison.Ordinal))
            {
                yield break;
            }

            after = read.After;
        }
    }

    private async Task<(TemplatePage Page, string? After)> ReadPageAsync(WhatsAppAccount account, string? after, CancellationToken cancellationToken)
    {
        var path = $"{Uri.EscapeDataString(account.BusinessId)}/message_templates?fields={Uri.EscapeDataString(Fields)}&limit={PageSize}";
        var url = account.Under(after is null ? path : $"{path}&after={Uri.EscapeDataString(after)}");
        var exchange = await http.GetAsync(url, account.Authorise, new ExchangeLimits(options.Value.Timeout, LargestPage), cancellationToken);

        switch (exchange)
        {
            case Exchange.Answered { IsSuccess: true, BodyProblem: null } answered:
                try
                {
                    using var json = JsonDocument.Parse(answered.Body);
                    return (new TemplatePage(TemplateReader.ReadAll(json.RootElement), Problem: null), TemplateReader.NextCursor(json.RootElement));
                }
                catch (Exception unreadable) when (unreadable is JsonException or InvalidOperationException or KeyNotFoundException)
                {
                    return (Failed(new DeliveryResult.TryLater("The provider's list of templates was not readable.")), null);
                }

            case Exchange.Answered { IsSuccess: true } cut:
                return (Failed(new DeliveryResult.TryLater($"The provider's list of templates was cut: {cut.BodyProblem}.")), null);
            case Exchange.Answered answered:
                var error = WhatsAppError.Read(answered.Body);
                return (Failed(WhatsAppErrors.Decide(error, answered.Status, RateHeaders.NotBefore(answered.Headers, error.Code, clock.GetUtcNow()))), null);
            case Exchange.NotSent { AddressRefused: true } refused:
                return (Failed(new DeliveryResult.Refused("ADDRESS_REFUSED", refused.Why) { Reach = RefusalReach.Account }), null);
            case Exchange.NotSent notSent:
                return (Failed(new DeliveryResult.TryLater(notSent.Why)), null);
            case Exchange.Unanswered unanswered:
                // Reading changes nothing, so a lost answer may simply be asked for again.
                return (Failed(new DeliveryResult.TryLater(unanswered.Why)), null);
            default:
                throw new InvalidOperationException($"No rule for {exchange.GetType().Name}.");
        }
    }

    private static TemplatePage Failed(DeliveryResult problem) => new([], problem);
}

/// <param name="Problem">Null when the page was read; else why it was not, and the listing ends here. A list that ended so says nothing of what is gone.</param>
public sealed record TemplatePage(IReadOnlyList<WhatsAppTemplate> Templates, DeliveryResult? Problem);
