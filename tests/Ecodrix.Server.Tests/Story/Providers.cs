using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Ecodrix.Channels.Email;
using Ecodrix.Loopback;
using Ecodrix.Server.Tests.Events;
using Microsoft.Extensions.DependencyInjection;

namespace Ecodrix.Server.Tests.Story;

/// <summary>A server in production with stand-ins for Meta and Google and a real mail server, and clients that hold accounts at all three.</summary>
public sealed class Providers : IAsyncDisposable
{
    private Providers()
    {
    }

    public LoopbackMeta Meta { get; private set; } = null!;

    public LoopbackGoogle Google { get; private set; } = null!;

    /// <summary>Null where it was not asked for.</summary>
    public LoopbackSmtp? Smtp { get; private set; }

    public ServerFixture Server { get; private set; } = null!;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    /// <param name="mail">Whether a mail server is wanted; the test is skipped, visibly, where it cannot run.</param>
    public static async Task<Providers> StartAsync(bool mail, Action<ServerFixture>? change = null)
    {
        var why = mail ? LoopbackSmtp.WhyUnavailable() : null;
        Assert.SkipWhen(why is not null, why ?? "");

        var providers = new Providers { Meta = await LoopbackMeta.StartAsync(), Google = await LoopbackGoogle.StartAsync() };
        providers.Smtp = mail ? await LoopbackSmtp.StartAsync(LoopbackTls.StartTls, Cancelled) : null;
        providers.Server = new ServerFixture()
            .With("ECODRIX_META_BASE_URL", providers.Meta.BaseUrl.AbsoluteUri)
            .With("ECODRIX_GOOGLE_BASE_URL", providers.Google.BaseUrl.AbsoluteUri)
            .With("ECODRIX_GOOGLE_OAUTH_URL", providers.Google.BaseUrl.AbsoluteUri)
            .With(all => all.Configure<EmailOptions>(options => providers.Trust(options)));
        change?.Invoke(providers.Server);
        await providers.Server.InitializeAsync();
        return providers;
    }

    /// <summary>A client whose accounts are set and whose templates are synced.</summary>
    public async Task<TenantClient> CreateTenantAsync()
    {
        var tenant = await Server.CreateTenantAsync();
        var secrets = new JsonObject
        {
            ["whatsappToken"] = Meta.Token,
            ["whatsappPhoneNumberId"] = Meta.PhoneNumberId,
            ["whatsappBusinessId"] = Meta.BusinessId,
            ["googleClientId"] = Google.ClientId,
            ["googleClientSecret"] = Google.ClientSecret,
            ["googleRefreshToken"] = Google.RefreshToken,
        };
        if (Smtp is not null)
        {
            secrets["smtpHost"] = LoopbackSmtp.Host;
            secrets["smtpPort"] = Smtp.Port;
            secrets["smtpUser"] = LoopbackSmtp.User;
            secrets["smtpPass"] = LoopbackSmtp.Password;
            secrets["smtpFrom"] = "Acme <hello@acme.example>";
            secrets["smtpSecurity"] = "starttls";
        }

        using var admin = Server.CreateAdminClient();
        using var set = await admin.PostAsJsonAsync($"/api/clients/{tenant.Code}/secrets", secrets, Cancelled);
        set.StatusCode.ShouldBe(HttpStatusCode.OK, await set.Content.ReadAsStringAsync(Cancelled));

        using var synced = await tenant.PostAsync("/api/saas/chat/templates/sync", new JsonObject());
        await synced.ReadDataAsync();
        return tenant;
    }

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        await Google.DisposeAsync();
        await Meta.DisposeAsync();
        if (Smtp is not null)
        {
            await Smtp.DisposeAsync();
        }
    }

    private void Trust(EmailOptions options)
    {
        if (Smtp is not null)
        {
            options.TrustedRoots.Add(Smtp.Certificate);
        }
    }
}

/// <summary>Waiting for what the engine does beside the request.</summary>
public static class Waiting
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Asks again until the answer is right, or fails with what it was last.</summary>
    public static async Task<JsonNode> UntilAsync(this TenantClient tenant, string path, Func<JsonNode, bool> isRight)
    {
        using var ticks = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        var began = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var answer = await tenant.ReadDataAsync(path);
            if (isRight(answer))
            {
                return answer;
            }

            (TimeProvider.System.GetElapsedTime(began) < Patience).ShouldBeTrue($"{path} stays at {answer.ToJsonString()}");
            await ticks.WaitForNextTickAsync(TestContext.Current.CancellationToken);
        }
    }

    /// <returns>The run when it has ended.</returns>
    public static Task<JsonNode> EndedRunAsync(this TenantClient tenant, JsonNode fired, int run = 0) =>
        tenant.UntilAsync($"/api/saas/runs/{fired["runs"]![run]!.Text("runId")}", answer => answer.Text("status") is "completed" or "failed");
}
