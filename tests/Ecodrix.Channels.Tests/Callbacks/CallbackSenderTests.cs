using System.Diagnostics;
using System.Text;
using Ecodrix.Channels.Callbacks;
using Ecodrix.Channels.Guarding;
using Ecodrix.Loopback;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Ecodrix.Channels.Tests.Callbacks;

public sealed class CallbackSenderTests : IAsyncLifetime
{
    private static readonly CallbackSecrets Secrets = new("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");

    private readonly Channels _channels = Channels.Private(services => services.Configure<CallbackOptions>(options =>
    {
        options.SignatureHeader = "x-test-signature";
        options.UserAgent = "Tests/1.0";
    }));

    private readonly Channels _hasty = Channels.Private(services =>
        services.Configure<CallbackOptions>(options => options.Timeout = TimeSpan.FromMilliseconds(300)));

    private CallbackReceiver _receiver = null!;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _receiver = await CallbackReceiver.StartAsync();

    public async ValueTask DisposeAsync()
    {
        await _channels.DisposeAsync();
        await _hasty.DisposeAsync();
        await _receiver.DisposeAsync();
    }

    [Fact]
    public async Task A_callback_arrives_byte_for_byte_with_both_signatures()
    {
        var attempt = await SendAsync(_receiver.Url);

        attempt.Verdict.ShouldBe(CallbackVerdict.Delivered);
        attempt.StatusCode.ShouldBe(200);
        attempt.Answer.ShouldBe("ok");
        var received = _receiver.Received.Single();
        received.Method.ShouldBe("POST");
        received.Body.ShouldBe(Callback(_receiver.Url).Body.ToArray());
        received.Headers["content-type"].ShouldBe("application/json");
        received.Headers["user-agent"].ShouldBe("Tests/1.0");
        received.Headers["webhook-id"].ShouldBe("evt1");
        received.Headers["x-test-signature"].ShouldBe(CallbackSigner.Plain(received.Body, Secrets));
        received.Headers["webhook-signature"].ShouldBe(CallbackSigner.Standard("evt1", received.Timestamp, received.Body, Secrets));
    }

    [Theory]
    [InlineData(200)]
    [InlineData(201)]
    [InlineData(204)]
    [InlineData(299)]
    public async Task Any_2xx_is_success(int status)
    {
        _receiver.Script.Do(context =>
        {
            context.Response.StatusCode = status;
            return Task.CompletedTask;
        });

        (await SendAsync(_receiver.Url)).Verdict.ShouldBe(CallbackVerdict.Delivered);
    }

    [Theory]
    [InlineData(400, CallbackVerdict.TryAgain)]
    [InlineData(401, CallbackVerdict.TryAgain)]
    [InlineData(404, CallbackVerdict.TryAgain)]
    [InlineData(500, CallbackVerdict.TryAgain)]
    [InlineData(410, CallbackVerdict.Stop)]
    public async Task Anything_else_is_tried_again_save_410(int status, CallbackVerdict verdict)
    {
        _receiver.Script.Answer(status, "no");

        var attempt = await SendAsync(_receiver.Url);

        attempt.Verdict.ShouldBe(verdict);
        attempt.StatusCode.ShouldBe(status);
        attempt.Error.ShouldNotBeNull().ShouldContain($"{status}");
        attempt.Answer.ShouldBe("no");
    }

    [Fact]
    public async Task A_redirect_is_not_followed_and_its_target_is_named()
    {
        _receiver.Script.Answer(308, "", ("Location", "/moved"));

        var attempt = await SendAsync(_receiver.Url);

        attempt.Verdict.ShouldBe(CallbackVerdict.TryAgain);
        attempt.Error.ShouldNotBeNull().ShouldContain(new Uri(_receiver.Url, "/moved").AbsoluteUri);
        _receiver.Received.Count.ShouldBe(1);
    }

    [Theory]
    [InlineData(429, "120", 120)]
    [InlineData(503, "0", 0)]
    [InlineData(503, "99999999999999", 24 * 3600)]
    public async Task Retry_After_in_seconds_is_honoured_up_to_a_day(int status, string header, int seconds)
    {
        _receiver.Script.Answer(status, "", ("Retry-After", header));

        var attempt = await SendAsync(_receiver.Url);

        (attempt.NotBefore!.Value - attempt.At).TotalSeconds.ShouldBeInRange(seconds, seconds + 15);
    }

    [Fact]
    public async Task Retry_After_as_a_date_is_honoured()
    {
        var at = TimeProvider.System.GetUtcNow().AddMinutes(10);
        _receiver.Script.Answer(503, "", ("Retry-After", at.ToString("r")));

        (await SendAsync(_receiver.Url)).NotBefore!.Value.ShouldBe(at, TimeSpan.FromSeconds(2));
    }

    [Theory]
    [InlineData(503, "soon")]
    [InlineData(503, "-5")]
    [InlineData(500, "120")]
    public async Task Any_other_Retry_After_is_passed_over(int status, string header)
    {
        _receiver.Script.Answer(status, "", ("Retry-After", header));

        (await SendAsync(_receiver.Url)).NotBefore.ShouldBeNull();
    }

    [Fact]
    public async Task Of_an_answer_of_ten_GB_four_KiB_are_read_and_the_connection_is_closed()
    {
        const long TenGigabytes = 10L * 1024 * 1024 * 1024;
        var written = 0L;
        var hungUp = new TaskCompletionSource();
        await using var server = LoopbackTcp.Start(async (stream, token) =>
        {
            await LoopbackTcp.ReadRequestAsync(stream, token);
            await stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Length: {TenGigabytes}\r\n\r\n"), token);
            var chunk = Enumerable.Repeat((byte)'x', 64 * 1024).ToArray();
            try
            {
                for (; written < TenGigabytes; written += chunk.Length)
                {
                    await stream.WriteAsync(chunk, token);
                }
            }
            catch (IOException)
            {
                hungUp.SetResult();
            }
        });

        var attempt = await SendAsync(server.Url);

        await hungUp.Task.WaitAsync(TimeSpan.FromSeconds(10), Cancelled);
        attempt.Verdict.ShouldBe(CallbackVerdict.Delivered);
        attempt.Answer.ShouldBe(new string('x', 4096));
        written.ShouldBeLessThan(64L * 1024 * 1024);
    }

    [Fact]
    public async Task A_receiver_that_never_answers_is_given_up_after_fifteen_seconds()
    {
        var clock = new FakeTimeProvider();
        await using var channels = Channels.Private(services => services.AddSingleton<TimeProvider>(clock));
        _receiver.Script.SayNothing();

        var sending = SendAsync(_receiver.Url, channels);
        await _receiver.ArrivalAsync(Cancelled);
        clock.Advance(TimeSpan.FromSeconds(14.9));
        sending.IsCompleted.ShouldBeFalse();
        clock.Advance(TimeSpan.FromSeconds(0.1));

        var attempt = await sending;
        attempt.Verdict.ShouldBe(CallbackVerdict.TryAgain);
        attempt.StatusCode.ShouldBeNull();
        attempt.Error.ShouldBe("No answer within 15 s.");
        attempt.Duration.ShouldBe(TimeSpan.FromSeconds(15));
    }

    [Fact]
    public async Task A_receiver_that_answers_byte_by_byte_is_given_up()
    {
        await using var slow = LoopbackTcp.Start(async (stream, token) =>
        {
            await LoopbackTcp.ReadRequestAsync(stream, token);
            await stream.WriteAsync("HTTP/1.1 200 OK\r\nX-Slow: "u8.ToArray(), token);
            using var ticks = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
            while (await ticks.WaitForNextTickAsync(token))
            {
                await stream.WriteAsync("x"u8.ToArray(), token);
            }
        });
        var started = Stopwatch.GetTimestamp();

        var attempt = await SendAsync(slow.Url, _hasty);

        attempt.Verdict.ShouldBe(CallbackVerdict.TryAgain);
        Stopwatch.GetElapsedTime(started).ShouldBeLessThan(TimeSpan.FromSeconds(5));
    }

    [Fact]
    public async Task Headers_without_end_are_given_up()
    {
        await using var endless = LoopbackTcp.Start(async (stream, token) =>
        {
            await LoopbackTcp.ReadRequestAsync(stream, token);
            await stream.WriteAsync("HTTP/1.1 200 OK\r\n"u8.ToArray(), token);
            while (true)
            {
                await stream.WriteAsync("X-More: xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\r\n"u8.ToArray(), token);
            }
        });

        var attempt = await SendAsync(endless.Url);

        attempt.Verdict.ShouldBe(CallbackVerdict.TryAgain);
        attempt.StatusCode.ShouldBeNull();
    }

    [Fact]
    public async Task A_success_counts_although_its_body_never_ends()
    {
        _receiver.Script.Do(async context =>
        {
            await context.Response.WriteAsync("begun", context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
            var gone = new TaskCompletionSource();
            await using var registration = context.RequestAborted.Register(gone.SetResult);
            await gone.Task;
        });

        // Long enough for the headers on a busy machine; the body takes the rest of it.
        await using var channels = Channels.Private(services => services.Configure<CallbackOptions>(options => options.Timeout = TimeSpan.FromSeconds(3)));
        var attempt = await SendAsync(_receiver.Url, channels);

        attempt.Verdict.ShouldBe(CallbackVerdict.Delivered);
        attempt.Answer.ShouldBe("begun");
    }

    [Theory]
    [InlineData("http://127.0.0.1:{0}/")]
    [InlineData("http://[::ffff:127.0.0.1]:{0}/")]
    [InlineData("http://localhost:{0}/")]
    public async Task A_private_address_is_not_called(string url)
    {
        await using var channels = Channels.Public();
        var private_ = new Uri(string.Format(System.Globalization.CultureInfo.InvariantCulture, url, _receiver.Url.Port));

        var attempt = await SendAsync(private_, channels);

        attempt.Verdict.ShouldBe(CallbackVerdict.TryAgain);
        attempt.Error.ShouldNotBeNull().ShouldContain("loopback address");
        _receiver.Received.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_name_is_checked_anew_for_each_connection_and_never_leads_here()
    {
        var resolver = new ScriptedResolver(["192.0.0.9"], ["127.0.0.1"]);
        await using var channels = Channels.Public(services =>
        {
            services.AddSingleton<INameResolver>(resolver);
            services.Configure<ConnectorOptions>(options => options.ConnectTimeout = TimeSpan.FromMilliseconds(200));
        });

        await SendAsync(new Uri($"http://rebinds.example:{_receiver.Url.Port}/"), channels);
        await SendAsync(new Uri($"http://rebinds.example:{_receiver.Url.Port}/"), channels);

        resolver.Asked.ShouldBe(2);
        _receiver.Received.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_proxy_of_the_environment_is_not_used()
    {
        using var handler = _channels.Get<GuardedConnector>().CreateHandler();

        handler.UseProxy.ShouldBeFalse();
        handler.AllowAutoRedirect.ShouldBeFalse();
        (await SendAsync(_receiver.Url)).Verdict.ShouldBe(CallbackVerdict.Delivered);
    }

    private Task<CallbackAttempt> SendAsync(Uri url, Channels? channels = null) =>
        (channels ?? _channels).Get<CallbackSender>().SendAsync(Callback(url), Cancelled);

    private static Callback Callback(Uri url) => new(url, "evt1", """{"eventId":"evt1","text":"é 😀"}"""u8.ToArray(), Secrets);
}
