using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using Ecodrix.Channels.Guarding;
using Microsoft.Extensions.Options;

namespace Ecodrix.Channels.Meet;

/// <summary>Access tokens from refresh tokens: one refresh at a time for each account, kept until five minutes before its end.</summary>
/// <remarks>
/// Written here rather than taken from Google's library, which follows redirects on its own, reads answers without bound and does not
/// tell a request that was never sent from one that was; one form post does not repay that.
/// </remarks>
internal sealed class GoogleTokens(GuardedHttp http, IOptions<MeetOptions> options, TimeProvider clock)
{
    public const string InvalidGrant = "invalid_grant";

    private const int LargestAnswer = 64 * 1024;
    private const int MostAccounts = 20_000;

    private static readonly TimeSpan Early = TimeSpan.FromMinutes(5);

    private readonly ConcurrentDictionary<GoogleAccount, Slot> _slots = new();

    /// <returns>A token, or why there is none.</returns>
    public async Task<(string? Token, DeliveryResult? Problem)> GetAsync(GoogleAccount account, CancellationToken cancellationToken)
    {
        ForgetWhenMany();
        var slot = _slots.GetOrAdd(account, static _ => new Slot());

        await slot.Turn.WaitAsync(cancellationToken);
        try
        {
            if (slot.Token is { } kept && clock.GetUtcNow() < slot.GoodUntil)
            {
                return (kept, null);
            }

            return await RefreshAsync(account, slot, cancellationToken);
        }
        finally
        {
            slot.Turn.Release();
        }
    }

    /// <summary>The API did not take this token, so the next caller refreshes. A newer one that another caller got meanwhile stays.</summary>
    public async Task RejectAsync(GoogleAccount account, string token, CancellationToken cancellationToken)
    {
        if (!_slots.TryGetValue(account, out var slot))
        {
            return;
        }

        await slot.Turn.WaitAsync(cancellationToken);
        if (token.Equals(slot.Token, StringComparison.Ordinal))
        {
            slot.Token = null;
        }

        slot.Turn.Release();
    }

    private async Task<(string? Token, DeliveryResult? Problem)> RefreshAsync(GoogleAccount account, Slot slot, CancellationToken cancellationToken)
    {
        var form = $"grant_type=refresh_token&client_id={Uri.EscapeDataString(account.ClientId)}"
            + $"&client_secret={Uri.EscapeDataString(account.ClientSecret)}&refresh_token={Uri.EscapeDataString(account.RefreshToken)}";
        var exchange = await http.PostAsync(
            options.Value.Token(),
            TypedBody.Form(Encoding.UTF8.GetBytes(form)),
            static _ => { },
            new ExchangeLimits(options.Value.Timeout, LargestAnswer),
            cancellationToken);

        if (exchange is not Exchange.Answered answered)
        {
            // A refresh changes nothing, so one whose answer was lost is simply asked for again.
            return (null, GoogleAnswers.NoAnswer(exchange));
        }

        if (!answered.IsSuccess)
        {
            return (null, GoogleAnswers.DecideToken(answered, clock.GetUtcNow()));
        }

        if (Read(answered) is not var (token, lifetime))
        {
            return (null, new DeliveryResult.TryLater("Google's token answer was not readable."));
        }

        slot.Token = token;
        slot.GoodUntil = clock.GetUtcNow() + (lifetime - (lifetime > 2 * Early ? Early : lifetime / 2));
        return (token, null);
    }

    private static (string Token, TimeSpan Lifetime)? Read(Exchange.Answered answered)
    {
        try
        {
            using var json = JsonDocument.Parse(answered.Body);
            return json.RootElement.GetProperty("access_token").GetString() is { Length: > 0 } token
                ? (token, TimeSpan.FromSeconds(json.RootElement.TryGetProperty("expires_in", out var seconds) ? seconds.GetDouble() : 0))
                : null;
        }
        catch (Exception unreadable) when (unreadable is JsonException or InvalidOperationException or KeyNotFoundException or OverflowException)
        {
            return null;
        }
    }

    /// <summary>Tokens are cheap to get again; what must not happen is to hold every account that ever was.</summary>
    private void ForgetWhenMany()
    {
        if (_slots.Count > MostAccounts)
        {
            _slots.Clear();
        }
    }

    private sealed class Slot
    {
        public SemaphoreSlim Turn { get; } = new(1);

        public string? Token { get; set; }

        public DateTimeOffset GoodUntil { get; set; }
    }
}
