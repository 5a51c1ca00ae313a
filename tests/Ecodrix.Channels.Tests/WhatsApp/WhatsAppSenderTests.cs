using System.Text.Json;
using Ecodrix.Channels.WhatsApp;
using Ecodrix.Loopback;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Ecodrix.Channels.Tests.WhatsApp;

public sealed class WhatsAppSenderTests : IAsyncLifetime
{
    private const string Asha = "+919876543210";

    private readonly Channels _channels = Channels.Private();

    private LoopbackMeta _meta = null!;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private WhatsAppAccount Account => new(_meta.BaseUrl, _meta.PhoneNumberId, _meta.BusinessId, _meta.Token);

    public async ValueTask InitializeAsync()
    {
        _meta = await LoopbackMeta.StartAsync();
        _meta.Add(new MetaTemplate("confirmed", "en_US", "On {{1}} at {{2}}") { Header = "Hello {{1}}", ButtonUrl = "https://acme.example/{{1}}" });
        _meta.Add(new MetaTemplate("named", "en_US", "Dear {{first_name}}"));
        _meta.Add(new MetaTemplate("plain", "hi", "नमस्ते"));
    }

    public async ValueTask DisposeAsync()
    {
        await _channels.DisposeAsync();
        await _meta.DisposeAsync();
    }

    [Fact]
    public async Task A_template_message_arrives_with_its_variables_and_the_effect_key()
    {
        var variables = new TemplateVariables(TemplateValues.InOrder("Asha"), TemplateValues.InOrder("Monday 😀", "<b>10:00</b>"), TemplateValues.InOrder("a1"));

        var sent = (await SendAsync(Template("confirmed", "en_US", variables))).ShouldBeOfType<WhatsAppAccepted>();

        var message = _meta.Messages.Single();
        sent.ProviderId.ShouldBe(message.Wamid);
        sent.WaId.ShouldBe("919876543210");
        message.To.ShouldBe(Asha);
        message.BodyTexts.ShouldBe(["Monday 😀", "<b>10:00</b>"]);
        message.EffectKey.ShouldBe("run1:0");
    }

    [Fact]
    public async Task Named_parameters_arrive_with_their_names()
    {
        var variables = new TemplateVariables(Body: TemplateValues.ByName([KeyValuePair.Create("first_name", "Asha")]));

        (await SendAsync(Template("named", "en_US", variables))).ShouldBeOfType<WhatsAppAccepted>();
    }

    [Fact]
    public async Task A_text_arrives_with_its_preview_and_the_message_it_answers()
    {
        var message = new WhatsAppMessage(new WhatsAppRecipient(Asha), new WhatsAppContent.Text("See https://acme.example", PreviewUrl: true), "k") { ReplyTo = "wamid.before" };

        (await SendAsync(message)).ShouldBeOfType<WhatsAppAccepted>();

        var body = _meta.Messages.Single().Body;
        body.GetProperty("text").GetProperty("preview_url").GetBoolean().ShouldBeTrue();
        body.GetProperty("context").GetProperty("message_id").GetString().ShouldBe("wamid.before");
    }

    [Fact]
    public async Task A_person_without_a_phone_is_reached_by_user_id()
    {
        var message = new WhatsAppMessage(new WhatsAppRecipient(Phone: null, "US.13491208655302741918"), new WhatsAppContent.Text("Hello"), "k");

        (await SendAsync(message)).ShouldBeOfType<WhatsAppAccepted>();

        var body = _meta.Messages.Single().Body;
        body.GetProperty("recipient").GetString().ShouldBe("US.13491208655302741918");
        body.TryGetProperty("to", out _).ShouldBeFalse();
    }

    [Fact]
    public async Task Variables_that_do_not_fit_the_known_template_are_refused_before_anything_is_sent()
    {
        var definition = (await ListAsync()).Single(template => template.Name is "confirmed");
        var content = new WhatsAppContent.Template("confirmed", "en_US", new TemplateVariables(Body: TemplateValues.InOrder("Monday"))) { Definition = definition };
        var requests = _meta.Requests;

        var refused = (await SendAsync(new WhatsAppMessage(new WhatsAppRecipient(Asha), content, "k"))).ShouldBeOfType<DeliveryResult.Refused>();

        refused.Code.ShouldBe("TEMPLATE_INVALID");
        refused.Parameter.ShouldBe("header.1");
        _meta.Requests.ShouldBe(requests);
    }

    [Theory]
    [InlineData("unknown", "en_US", "132001", RefusalReach.Template)]
    [InlineData("confirmed", "de", "132001", RefusalReach.Template)]
    [InlineData("confirmed", "en_US", "132000", RefusalReach.Message)]
    public async Task What_the_provider_refuses_is_refused_with_its_code_and_words(string name, string language, string code, RefusalReach reach)
    {
        var refused = (await SendAsync(Template(name, language, TemplateVariables.None))).ShouldBeOfType<DeliveryResult.Refused>();

        refused.Code.ShouldBe(code);
        refused.Why.ShouldContain($"(#{code})");
        refused.Reach.ShouldBe(reach);
    }

    [Fact]
    public async Task The_provider_s_words_are_kept_without_the_person_s_phone()
    {
        _meta.Script.Answer(400, """{"error":{"code":131009,"message":"Bad recipient 919876543210","error_data":{"details":"+919876543210 is not one"}}}""");

        var refused = (await SendAsync(Text("Hello"))).ShouldBeOfType<DeliveryResult.Refused>();

        refused.Why.ShouldBe("Bad recipient …: +… is not one");
    }

    [Fact]
    public async Task A_sender_that_is_stopped_before_its_turn_says_that_nothing_was_sent()
    {
        await using var channels = Channels.Private(services =>
        {
            services.AddSingleton<TimeProvider>(new FakeTimeProvider());
            services.Configure<WhatsAppOptions>(options => options.MessagesPerSecond = 5);
        });
        var sender = channels.Get<WhatsAppSender>();
        using var stop = new CancellationTokenSource();
        await sender.SendAsync(Account, Text("First"), stop.Token);

        var second = sender.SendAsync(Account, Text("Second"), stop.Token);
        second.IsCompleted.ShouldBeFalse();
        await stop.CancelAsync();

        (await second).ShouldBeOfType<DeliveryResult.TryLater>().CountsAsAttempt.ShouldBeFalse();
        _meta.Messages.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_wrong_token_stops_the_account()
    {
        var refused = (await SendAsync(Text("Hello"), Account with { Token = "wrong" })).ShouldBeOfType<DeliveryResult.Refused>();

        refused.Code.ShouldBe("190");
        refused.Reach.ShouldBe(RefusalReach.Account);
    }

    [Theory]
    [InlineData("919876543210")]
    [InlineData("+0123456789")]
    [InlineData("")]
    [InlineData("+91\n9876543210")]
    public async Task A_phone_without_its_country_code_never_leaves(string phone)
    {
        var refused = (await SendAsync(Text("Hello", phone))).ShouldBeOfType<DeliveryResult.Refused>();

        refused.Reach.ShouldBe(RefusalReach.Recipient);
        _meta.Requests.ShouldBe(0);
    }

    [Theory]
    [InlineData(130429)]
    [InlineData(131056)]
    public async Task A_rate_limit_of_the_provider_is_waited_for_here(int code)
    {
        _meta.Refuse(Asha, code);

        var first = (await SendAsync(Text("Hello"))).ShouldBeOfType<DeliveryResult.TryLater>();
        var second = (await SendAsync(Text("Hello"))).ShouldBeOfType<DeliveryResult.TryLater>();

        first.CountsAsAttempt.ShouldBeFalse();
        first.NotBefore.ShouldNotBeNull();
        second.CountsAsAttempt.ShouldBeFalse();
        _meta.Requests.ShouldBe(1);
    }

    [Fact]
    public async Task A_message_whose_answer_never_came_is_unknown()
    {
        _meta.Script.HangUp();

        (await SendAsync(Text("Hello"))).ShouldBeOfType<DeliveryResult.Unknown>();
        _meta.Requests.ShouldBe(1);
    }

    [Theory]
    [InlineData("")]
    [InlineData("<html>busy</html>")]
    [InlineData("{\"messages\":[]}")]
    [InlineData("{\"messages\":[{\"id\":\"\"}]}")]
    public async Task A_success_without_a_message_id_is_unknown(string body)
    {
        _meta.Script.Answer(200, body);

        (await SendAsync(Text("Hello"))).ShouldBeOfType<DeliveryResult.Unknown>();
    }

    [Fact]
    public async Task A_server_that_is_not_there_has_been_sent_nothing()
    {
        var closed = Account with { BaseUrl = new Uri("http://127.0.0.1:1/v24.0") };

        (await SendAsync(Text("Hello"), closed)).ShouldBeOfType<DeliveryResult.TryLater>().CountsAsAttempt.ShouldBeTrue();
    }

    [Fact]
    public async Task A_server_without_TLS_behind_https_has_been_sent_nothing()
    {
        await using var plain = LoopbackTcp.Start(async (stream, token) =>
        {
            await LoopbackTcp.ReadRequestAsync(stream, token);
            await stream.WriteAsync("no TLS here"u8.ToArray(), token);
        });

        var result = await SendAsync(Text("Hello"), Account with { BaseUrl = new Uri($"https://127.0.0.1:{plain.Port}/v24.0") });

        result.ShouldBeOfType<DeliveryResult.TryLater>();
    }

    [Fact]
    public async Task A_server_that_never_answers_leaves_the_message_unknown_after_the_time_out()
    {
        var clock = new FakeTimeProvider();
        await using var channels = Channels.Private(services => services.AddSingleton<TimeProvider>(clock));
        var arrived = new TaskCompletionSource();
        _meta.Script.Do(async context =>
        {
            var gone = new TaskCompletionSource();
            await using var registration = context.RequestAborted.Register(gone.SetResult);
            arrived.SetResult();
            await gone.Task;
        });

        var sending = channels.Get<WhatsAppSender>().SendAsync(Account, Text("Hello"), Cancelled);
        await arrived.Task;
        clock.Advance(TimeSpan.FromSeconds(20));

        (await sending).ShouldBeOfType<DeliveryResult.Unknown>().Why.ShouldContain("20 s");
    }

    [Fact]
    public async Task A_private_base_address_is_refused_where_only_public_ones_are_allowed()
    {
        await using var channels = Channels.Public();

        var result = await channels.Get<WhatsAppSender>().SendAsync(Account, Text("Hello"), Cancelled);

        result.ShouldBeOfType<DeliveryResult.Refused>().Code.ShouldBe("ADDRESS_REFUSED");
        _meta.Requests.ShouldBe(0);
    }

    [Fact]
    public async Task All_pages_of_templates_are_read_by_cursor_and_the_token_goes_nowhere_else()
    {
        var templates = await ListAsync();

        templates.Select(template => template.Name).ShouldBe(["confirmed", "named", "plain"]);
        templates[1].ParameterFormat.ShouldBe("NAMED");
        TemplateContract.Of(templates[0]).Body.ShouldBe(["1", "2"]);
        _meta.Requests.ShouldBe(2);
    }

    [Fact]
    public async Task A_list_that_breaks_off_says_so()
    {
        _meta.Script.Answer(500, """{"error":{"code":2,"message":"Service temporarily unavailable"}}""");

        var pages = await _channels.Get<WhatsAppTemplates>().ListAsync(Account, Cancelled).ToListAsync(Cancelled);

        pages.Single().Problem.ShouldBeOfType<DeliveryResult.TryLater>().Code.ShouldBe("2");
    }

    [Fact]
    public void An_account_names_no_secret() => Account.ToString().ShouldNotContain(_meta.Token);

    private static WhatsAppMessage Text(string text, string to = Asha) => new(new WhatsAppRecipient(to), new WhatsAppContent.Text(text), "k");

    private static WhatsAppMessage Template(string name, string language, TemplateVariables variables) =>
        new(new WhatsAppRecipient(Asha), new WhatsAppContent.Template(name, language, variables), "run1:0");

    private Task<DeliveryResult> SendAsync(WhatsAppMessage message, WhatsAppAccount? account = null) =>
        _channels.Get<WhatsAppSender>().SendAsync(account ?? Account, message, Cancelled);

    private async Task<List<WhatsAppTemplate>> ListAsync()
    {
        var pages = await _channels.Get<WhatsAppTemplates>().ListAsync(Account, Cancelled).ToListAsync(Cancelled);
        pages.ShouldAllBe(page => page.Problem == null);

        // What a store keeps must read back the same.
        var templates = pages.SelectMany(page => page.Templates).ToList();
        return JsonSerializer.Deserialize<List<WhatsAppTemplate>>(JsonSerializer.Serialize(templates))!;
    }
}
