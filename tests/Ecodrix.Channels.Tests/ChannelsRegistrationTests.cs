using System.Globalization;
using Ecodrix.Channels.Callbacks;
using Ecodrix.Channels.Email;
using Ecodrix.Channels.Guarding;
using Ecodrix.Channels.Meet;
using Ecodrix.Channels.WhatsApp;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Ecodrix.Channels.Tests;

public sealed class ChannelsRegistrationTests
{
    [Fact]
    public async Task Every_channel_can_be_had_with_nothing_but_its_defaults()
    {
        await using var channels = Channels.Public();

        channels.Get<WhatsAppSender>().ShouldNotBeNull();
        channels.Get<WhatsAppTemplates>().ShouldNotBeNull();
        channels.Get<EmailSender>().ShouldNotBeNull();
        channels.Get<GoogleCalendar>().ShouldNotBeNull();
        channels.Get<CallbackSender>().ShouldNotBeNull();
        channels.Get<IOptions<ConnectorOptions>>().Value.AllowPrivate.ShouldBeFalse();
    }

    [Fact]
    public void Defaults_pass_their_own_checks_under_every_culture()
    {
        var before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo("de-DE");
            var services = new ServiceCollection().AddChannels().BuildServiceProvider();

            services.GetRequiredService<IOptions<MeetOptions>>().Value.PendingInterval.ShouldBe(TimeSpan.FromMilliseconds(500));
            services.GetRequiredService<IOptions<CallbackOptions>>().Value.Timeout.ShouldBe(TimeSpan.FromSeconds(15));
            services.GetRequiredService<IOptions<EmailOptions>>().Value.TrustedRoots.ShouldBeEmpty();
            services.GetRequiredService<IOptions<WhatsAppOptions>>().Value.MessagesPerSecond.ShouldBe(80);
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Theory]
    [InlineData("bad header")]
    [InlineData("x:y")]
    [InlineData("")]
    public void A_wrong_value_is_refused_by_name(string header)
    {
        var services = new ServiceCollection().AddChannels().Configure<CallbackOptions>(options => options.SignatureHeader = header).BuildServiceProvider();

        Should.Throw<OptionsValidationException>(() => services.GetRequiredService<IOptions<CallbackOptions>>().Value)
            .Message.ShouldContain(nameof(CallbackOptions.SignatureHeader));
    }
}
