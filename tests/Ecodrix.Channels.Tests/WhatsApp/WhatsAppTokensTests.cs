using Ecodrix.Channels.WhatsApp;
using Ecodrix.Loopback;

namespace Ecodrix.Channels.Tests.WhatsApp;

/// <summary>When a token ends, as the provider tells of it.</summary>
public sealed class WhatsAppTokensTests : IAsyncLifetime
{
    private readonly Channels _channels = Channels.Private();

    private LoopbackMeta _meta = null!;

    public async ValueTask InitializeAsync() => _meta = await LoopbackMeta.StartAsync();

    public async ValueTask DisposeAsync()
    {
        await _channels.DisposeAsync();
        await _meta.DisposeAsync();
    }

    [Fact]
    public async Task A_token_with_an_end_and_one_without_are_told_apart()
    {
        _meta.TokenEndsAt = DateTimeOffset.FromUnixTimeSeconds(1_800_000_000);
        (await AskAsync(_meta.Token)).ShouldBe(new TokenTerm(_meta.TokenEndsAt, Problem: null));

        _meta.TokenEndsAt = null;
        (await AskAsync(_meta.Token)).ShouldBe(new TokenTerm(EndsAt: null, Problem: null));
    }

    [Fact]
    public async Task A_token_that_is_refused_or_not_valid_any_more_is_the_accounts_problem()
    {
        var refused = (await AskAsync("another")).Problem.ShouldBeOfType<DeliveryResult.Refused>();
        (refused.Code, refused.Reach).ShouldBe(("190", RefusalReach.Account));

        _meta.Script.Answer(200, """{"data":{"is_valid":false,"expires_at":1}}""");
        refused = (await AskAsync(_meta.Token)).Problem.ShouldBeOfType<DeliveryResult.Refused>();
        (refused.Code, refused.Reach).ShouldBe(("190", RefusalReach.Account));
    }

    [Theory]
    [InlineData(200, "no JSON")]
    [InlineData(200, "{}")]
    [InlineData(200, """{"data":7}""")]
    [InlineData(200, """{"data":{"expires_at":99999999999999999}}""")]
    [InlineData(500, "no")]
    public async Task What_cannot_be_read_says_nothing_of_the_token(int status, string body)
    {
        _meta.Script.Answer(status, body);

        var term = await AskAsync(_meta.Token);

        term.EndsAt.ShouldBeNull();
        term.Problem.ShouldBeOfType<DeliveryResult.TryLater>();
    }

    private Task<TokenTerm> AskAsync(string token) => _channels.Get<WhatsAppTokens>()
        .AskAsync(new WhatsAppAccount(_meta.BaseUrl, _meta.PhoneNumberId, _meta.BusinessId, token), TestContext.Current.CancellationToken);
}
