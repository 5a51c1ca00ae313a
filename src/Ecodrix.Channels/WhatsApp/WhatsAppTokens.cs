using System.Text.Json;
using Ecodrix.Channels.Guarding;
using Microsoft.Extensions.Options;

namespace Ecodrix.Channels.WhatsApp;

/// <summary>Asks the provider about access tokens themselves.</summary>
public sealed class WhatsAppTokens(GuardedHttp http, IOptions<WhatsAppOptions> options)
{
    private const int LargestAnswer = 64 * 1024;

    /// <summary>When the account's token ends, as its issuer says. The token shows itself, for no other right is at hand.</summary>
    public async Task<TokenTerm> AskAsync(WhatsAppAccount account, CancellationToken cancellationToken)
    {
        var url = account.Under($"debug_token?input_token={Uri.EscapeDataString(account.Token)}");
        return await http.GetAsync(url, account.Authorise, new ExchangeLimits(options.Value.Timeout, LargestAnswer), cancellationToken) switch
        {
            Exchange.Answered { IsSuccess: true, BodyProblem: null } answered => Read(answered.Body),
            Exchange.Answered { IsSuccess: false } answered => TokenTerm.Unknown(WhatsAppErrors.Decide(WhatsAppError.Read(answered.Body), answered.Status, notBefore: null)),
            _ => TokenTerm.Unknown(new DeliveryResult.TryLater("The provider did not say when the token ends.")),
        };
    }

    private static TokenTerm Read(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            var told = json.RootElement.GetProperty("data");
            if (told.TryGetProperty("is_valid", out var valid) && valid.ValueKind is JsonValueKind.False)
            {
                return TokenTerm.Unknown(new DeliveryResult.Refused("190", "The access token is not valid any more.") { Reach = RefusalReach.Account });
            }

            // 0 is never.
            return new TokenTerm(
                told.TryGetProperty("expires_at", out var end) && end.TryGetInt64(out var seconds) && seconds > 0 ? DateTimeOffset.FromUnixTimeSeconds(seconds) : null, Problem: null);
        }
        catch (Exception unreadable) when (unreadable is JsonException or InvalidOperationException or KeyNotFoundException or ArgumentOutOfRangeException)
        {
            return TokenTerm.Unknown(new DeliveryResult.TryLater("What the provider says of the token was not readable."));
        }
    }
}

/// <summary>How long a token is good.</summary>
/// <param name="EndsAt">Null for ever, and where <paramref name="Problem"/> is set.</param>
/// <param name="Problem">Why it is not known; null when it is.</param>
public sealed record TokenTerm(DateTimeOffset? EndsAt, DeliveryResult? Problem)
{
    internal static TokenTerm Unknown(DeliveryResult problem) => new(EndsAt: null, problem);
}
