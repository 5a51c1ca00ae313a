using Ecodrix.SocketIO.Redis;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace Ecodrix.SocketIO.Tests.Redis;

/// <summary>Where Redis is, and what the channels are called.</summary>
public sealed class AddressAndChannelTests
{
    [Theory]
    [InlineData("localhost:6379", "Unspecified/localhost:6379")]
    [InlineData("localhost:7000,password=p", "Unspecified/localhost:7000")]
    [InlineData("redis://localhost", "Unspecified/localhost:6379")]
    [InlineData("redis://:p@localhost:7000/0", "Unspecified/localhost:7000")]
    public void An_address_is_of_StackExchange_or_a_URI(string text, string endpoint)
    {
        RedisAddress.TryParse(text, out var configuration).ShouldBeTrue();

        configuration.EndPoints.Single().ToString()!.ShouldBe(endpoint);
        configuration.Ssl.ShouldBeFalse();
        configuration.BacklogPolicy.ShouldBe(BacklogPolicy.FailFast);
        configuration.AbortOnConnectFail.ShouldBeFalse();
    }

    [Fact]
    public void A_URI_may_have_an_account_and_ask_for_TLS()
    {
        RedisAddress.TryParse("rediss://me:p%40ss@redis.example:6380", out var configuration).ShouldBeTrue();

        (configuration.User, configuration.Password, configuration.Ssl).ShouldBe(("me", "p@ss", true));
    }

    [Theory]
    [InlineData("")]
    [InlineData("http://localhost")]
    [InlineData("redis://")]
    [InlineData("localhost:6379,nonsense=1")]
    public void A_wrong_address_stops_the_start(string text)
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddSocketIO().AddRedisAdapter(options => options.ConnectionString = text);
        using var provider = services.BuildServiceProvider();

        Should.Throw<OptionsValidationException>(() => provider.GetRequiredService<IOptions<RedisAdapterOptions>>().Value);
    }

    [Fact]
    public void The_channels_are_those_of_the_stock_adapter()
    {
        var channels = new RedisChannels("socket.io", "/x", "abcdef");

        channels.BroadcastTo([]).ShouldBe("socket.io#/x#");
        channels.BroadcastTo(["a", "b"]).ShouldBe("socket.io#/x#");
        channels.BroadcastTo(["a"]).ShouldBe("socket.io#/x#a#");
        channels.Requests.ShouldBe("socket.io-request#/x#");
        channels.Responses.ShouldBe("socket.io-response#/x#");
        channels.ResponsesTo("ghijkl").ShouldBe("socket.io-response#/x#ghijkl#");
    }

    [Theory]
    [InlineData("socket.io#/x#", true, "")]
    [InlineData("socket.io#/x#a#", true, "a")]
    [InlineData("socket.io#/x#a#b#", true, "a#b")]
    [InlineData("socket.io#/xy#", false, "")]
    [InlineData("socket.io-request#/x#", false, "")]
    [InlineData("socket.io#/#/x#", false, "")]
    public void A_broadcasts_channel_may_name_its_room(string channel, bool isBroadcast, string room)
    {
        new RedisChannels("socket.io", "/x", "abcdef").IsBroadcast(channel, out var named).ShouldBe(isBroadcast);

        named.ShouldBe(room);
    }

    [Theory]
    [InlineData("socket.io-response#/x#", true)]
    [InlineData("socket.io-response#/x#abcdef#", true)]
    [InlineData("socket.io-response#/x#ghijkl#", false)]
    [InlineData("socket.io-response#/xy#", false)]
    public void Answers_come_to_all_or_to_this_node(string channel, bool isResponse)
    {
        new RedisChannels("socket.io", "/x", "abcdef").IsResponse(channel).ShouldBe(isResponse);
    }

    [Fact]
    public void Names_of_nodes_and_requests_are_six_random_characters()
    {
        var names = Enumerable.Range(0, 1000).Select(_ => RedisChannels.NewId()).ToHashSet(StringComparer.Ordinal);

        names.Count.ShouldBe(1000);
        names.ShouldAllBe(name => name.Length == 6 && name.All(char.IsAsciiLetterOrDigit));
    }
}
