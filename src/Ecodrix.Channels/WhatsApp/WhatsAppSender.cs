using System.Text.RegularExpressions;
using Ecodrix.Channels.Guarding;
using Microsoft.Extensions.Options;

namespace Ecodrix.Channels.WhatsApp;

/// <summary>Sends messages through the WhatsApp Cloud API.</summary>
/// <remarks>
/// The provider has no idempotency key: a message whose answer was lost is answered as unknown and never sent again from here. Its effect
/// key comes back in status webhooks, which is how it is found again.
/// </remarks>
public sealed partial class WhatsAppSender(GuardedHttp http, ISharedRates shared, IOptions<WhatsAppOptions> options, TimeProvider clock)
{
    private const int LongestText = 4096;
    private const int LongestKey = 512;
    private const int LargestAnswer = 64 * 1024;

    private readonly WhatsAppOptions _options = options.Value;
    private readonly SendingRates _rates = new(options.Value.MessagesPerSecond, clock, shared);

    /// <summary>Sends one message; <see cref="WhatsAppAccepted"/> when the provider took it.</summary>
    public Task<DeliveryResult> SendAsync(WhatsAppAccount account, WhatsAppMessage message, CancellationToken cancellationToken) =>
        SendAsync(account, message, Sending.AtOnce, cancellationToken);

    /// <inheritdoc cref="SendAsync(WhatsAppAccount, WhatsAppMessage, CancellationToken)"/>
    public async Task<DeliveryResult> SendAsync(WhatsAppAccount account, WhatsAppMessage message, BeforeSending before, CancellationToken cancellationToken)
    {
        using var call = ChannelsTelemetry.Called("whatsapp", clock);
        var result = await TrySendAsync(account, message, before, cancellationToken);
        return call.Came(result.Without(message.To.Phone?.TrimStart('+'), message.To.UserId, account.Token));
    }

    private async Task<DeliveryResult> TrySendAsync(WhatsAppAccount account, WhatsAppMessage message, BeforeSending before, CancellationToken cancellationToken)
    {
        if (WhyUnsendable(message) is { } refused)
        {
            return refused;
        }

        var (body, problem) = Body(message);
        if (problem is not null)
        {
            return new DeliveryResult.Refused("TEMPLATE_INVALID", $"The parameter {problem.Parameter} {problem.Why}") { Parameter = problem.Parameter };
        }

        var person = message.To.Key!;
        if (await WaitForTurnAsync(account, person, cancellationToken) is { } later)
        {
            return later;
        }

        if (!await before())
        {
            return Sending.CalledOff();
        }

        var exchange = await http.PostAsync(
            account.Under($"{Uri.EscapeDataString(account.PhoneNumberId)}/messages"),
            TypedBody.Json(body),
            account.Authorise,
            new ExchangeLimits(_options.Timeout, LargestAnswer),
            cancellationToken);
        return await DecideAsync(account.PhoneNumberId, person, exchange);
    }

    /// <returns>Null when the message may go now.</returns>
    private async Task<DeliveryResult.TryLater?> WaitForTurnAsync(WhatsAppAccount account, string person, CancellationToken cancellationToken)
    {
        _rates.SetCeiling(account.PhoneNumberId, account.MessagesPerSecond ?? _options.MessagesPerSecond);
        try
        {
            var (isTaken, wait) = await _rates.TakeAsync(account.PhoneNumberId, person, _options.LongestWait, cancellationToken);
            if (!isTaken)
            {
                return new DeliveryResult.TryLater("The number or the person has had its messages for now.", clock.GetUtcNow() + wait) { CountsAsAttempt = false };
            }

            if (wait > TimeSpan.Zero)
            {
                await Task.Delay(wait, clock, cancellationToken);
            }

            return null;
        }
        catch (OperationCanceledException)
        {
            // An answer, not an exception: whoever stops must be able to record that nothing was sent.
            return new DeliveryResult.TryLater("Stopped before the message was sent.") { CountsAsAttempt = false };
        }
    }

    private static DeliveryResult.Refused? WhyUnsendable(WhatsAppMessage message)
    {
        if (message.To.Phone is { } phone ? !Phone().IsMatch(phone) : !UserId().IsMatch(message.To.UserId ?? ""))
        {
            return new DeliveryResult.Refused("INVALID_PHONE", "The recipient is neither a phone number with + and country code nor a user id.") { Reach = RefusalReach.Recipient };
        }

        if (message.Content is WhatsAppContent.Text { Body: var text } && (string.IsNullOrWhiteSpace(text) || text.Length > LongestText))
        {
            return new DeliveryResult.Refused("VALIDATION_ERROR", $"A text has 1 to {LongestText} characters.") { Parameter = "text" };
        }

        return message.EffectKey.Length is 0 or > LongestKey
            ? throw new ArgumentException($"An effect key has 1 to {LongestKey} characters.", nameof(message))
            : null;
    }

    private static (byte[] Body, TemplateProblem? Problem) Body(WhatsAppMessage message)
    {
        switch (message.Content)
        {
            case WhatsAppContent.Text text:
                return (WhatsAppWire.Text(message, text), null);
            case WhatsAppContent.Template template:
                var (components, problem) = TemplateComponents.Build(template.Variables, template.Definition);
                return problem is null ? (WhatsAppWire.Template(message, template, components), null) : ([], problem);
            default:
                throw new ArgumentException($"No way is known to send a {message.Content.GetType().Name}.", nameof(message));
        }
    }

    private async ValueTask<DeliveryResult> DecideAsync(string number, string person, Exchange exchange)
    {
        switch (exchange)
        {
            case Exchange.NotSent { AddressRefused: true } refused:
                return new DeliveryResult.Refused("ADDRESS_REFUSED", refused.Why) { Reach = RefusalReach.Account };
            case Exchange.NotSent notSent:
                return new DeliveryResult.TryLater(notSent.Why) { CountsAsAttempt = !notSent.Stopped };
            case Exchange.Unanswered unanswered:
                return new DeliveryResult.Unknown(unanswered.Why);
            case Exchange.Answered { IsSuccess: true } answered:
                return Accepted(number, person, answered);
            case Exchange.Answered answered:
                return await FailedAsync(number, person, answered);
            default:
                throw new InvalidOperationException($"No rule for {exchange.GetType().Name}.");
        }
    }

    private DeliveryResult Accepted(string number, string person, Exchange.Answered answered)
    {
        if (WhatsAppWire.ReadAccepted(answered.Body) is not { } accepted)
        {
            return new DeliveryResult.Unknown($"The provider answered {(int)answered.Status}, but {answered.BodyProblem ?? "not with a message's id"}.");
        }

        _rates.Succeeded(number, person);
        return accepted;
    }

    private async ValueTask<DeliveryResult> FailedAsync(string number, string person, Exchange.Answered answered)
    {
        var error = WhatsAppError.Read(answered.Body);
        DateTimeOffset? notBefore = error.Code switch
        {
            WhatsAppErrors.RateOfNumber => await _rates.SlowNumberAsync(number),
            WhatsAppErrors.RateOfPair => await _rates.SlowPairAsync(number, person),
            _ => RateHeaders.NotBefore(answered.Headers, error.Code, clock.GetUtcNow()),
        };
        return WhatsAppErrors.Decide(error, answered.Status, notBefore);
    }

    [GeneratedRegex(@"^\+[1-9][0-9]{5,14}\z")]
    private static partial Regex Phone();

    /// <summary>A business-scoped user id: a country, optionally <c>ENT</c>, then up to 128 letters and digits.</summary>
    [GeneratedRegex(@"^[A-Z]{2}\.(ENT\.)?[A-Za-z0-9]{1,128}\z", RegexOptions.ExplicitCapture)]
    private static partial Regex UserId();
}
