using System.Net;
using System.Text.Json.Nodes;
using Ecodrix.Engine.Jobs;
using Ecodrix.Loopback;
using Ecodrix.Server.Features.Inbound.Webhook;
using Ecodrix.Server.Features.Inbox;
using Ecodrix.Server.Tests.Automations;
using Ecodrix.Server.Tests.Events;
using Ecodrix.Server.Tests.Tenants;
using Ecodrix.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Ecodrix.Server.Tests.Inbound;

/// <summary>A server in production with a stand-in for Meta, whose app is the operator's, and what tests do with its webhook.</summary>
public sealed class InboundScene : IAsyncDisposable
{
    public const string Webhook = "/api/saas/whatsapp/webhook";

    public const string VerifyToken = "app-wide-verify-token";

    private const string Send = """{ "type": "send_whatsapp", "name": "m", "config": { "templateName": "hello", "language": "en_US" } }""";

    private HttpClient stranger = null!;

    private InboundScene()
    {
    }

    public LoopbackMeta Meta { get; private set; } = null!;

    public ServerFixture Server { get; private set; } = null!;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public static async Task<InboundScene> StartAsync(Action<ServerFixture>? change = null)
    {
        var scene = new InboundScene { Meta = await LoopbackMeta.StartAsync() };
        scene.Meta.Add(new MetaTemplate("hello", "en_US", "Hi"));
        scene.Server = new ServerFixture()
            .With("ECODRIX_META_BASE_URL", scene.Meta.BaseUrl.AbsoluteUri)
            .With("ECODRIX_META_APP_SECRET", scene.Meta.AppSecret)
            .With("ECODRIX_META_VERIFY_TOKEN", VerifyToken);
        change?.Invoke(scene.Server);
        await scene.Server.InitializeAsync();
        scene.stranger = scene.Server.CreateAnonymousClient();
        return scene;
    }

    public async ValueTask DisposeAsync()
    {
        stranger.Dispose();
        await Server.DisposeAsync();
        await Meta.DisposeAsync();
    }

    /// <summary>A client that sends from Meta's number by a rule on <c>go</c>.</summary>
    public async Task<TenantClient> CreateSenderAsync(string actions = Send)
    {
        var tenant = await Server.CreateTenantAsync();
        await SetAsync(tenant, new JsonObject { ["whatsappToken"] = Meta.Token, ["whatsappPhoneNumberId"] = Meta.PhoneNumberId, ["whatsappBusinessId"] = Meta.BusinessId });
        await tenant.CreateRuleAsync(RuleIntents.Rule("go", actions));
        return tenant;
    }

    public async Task SetAsync(TenantClient tenant, JsonObject secrets)
    {
        using var admin = new Operator(Server);
        await admin.AskAsync(HttpMethod.Post, $"/api/clients/{tenant.Code}/secrets", secrets);
    }

    /// <summary>Posts to the webhook as Meta would.</summary>
    /// <param name="secret">Null signs nothing.</param>
    public async Task<HttpResponseMessage> PostAsync(byte[] body, string? secret, string path = Webhook)
    {
        using var request = MetaWebhook.Post(path, body, secret);
        return await stranger.SendAsync(request, Cancelled);
    }

    public Task<HttpResponseMessage> GetAsync(string path) => stranger.GetAsync(path, Cancelled);

    /// <summary>Reports statuses of the one message that Meta took.</summary>
    public async Task ReportAsync(params string[] statuses)
    {
        var message = Meta.Messages[^1];
        using var response = await Meta.ReportAsync(stranger, Webhook, statuses.Select(status => (message, status)), TimeProvider.System.GetUtcNow());
        await response.ReadDataAsync();
    }

    internal T Get<T>()
        where T : notnull => Server.Services.GetRequiredService<T>();

    internal Task<ITenantDatabase> OpenAsync(TenantClient tenant) => Get<ITenantDatabases>().OpenAsync(TenantId.Parse(tenant.Code), Cancelled);

    internal async Task<Message?> MessageAsync(TenantClient tenant, string id) =>
        await (await OpenAsync(tenant)).Documents<Message>().FindAsync(id, Cancelled);

    internal async Task<IReadOnlyList<KeptNotice>> NoticesAsync(TenantClient tenant) =>
        await (await OpenAsync(tenant)).Documents<KeptNotice>().QueryAsync(new DocumentQuery(null, 100), Cancelled);

    /// <summary>Waits until all that was posted is worked off.</summary>
    public async Task SettledAsync()
    {
        using var ticks = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        var patience = 1_500;
        while ((await JobsAsync()).Any(job => !job.IsFinished || job.Lease is not null))
        {
            (patience--).ShouldBeGreaterThan(0);
            await ticks.WaitForNextTickAsync(Cancelled);
        }
    }

    public async Task<IReadOnlyList<WorkItem>> JobsAsync() =>
        [.. (await Get<IServicesDatabase>().Documents<WorkItem>().QueryAsync(new DocumentQuery(null, 1_000), Cancelled)).Where(work => work.Type is WebhookJob.JobType)];

    /// <summary>As the next process does: works until nothing is due.</summary>
    public async Task WorkAsync()
    {
        Get<IOptions<Engine.EngineOptions>>().Value.Works = true;
        Get<Slots>().Open();
        await Get<WorkLoop>().DrainAsync(Cancelled);
    }

    /// <summary>A server whose workers do nothing until <see cref="WorkAsync"/>: what it accepted is as after a kill.</summary>
    public static void WithoutWorkers(ServerFixture server) =>
        server.With(all => all.Configure<Engine.EngineOptions>(options => options.Works = false));

    /// <summary>Fires the rule, and waits until its run has ended.</summary>
    public static async Task<JsonNode> RunAsync(TenantClient tenant)
    {
        var fired = await tenant.FiredAsync(EventIntents.Event("go"));
        return await Story.Waiting.EndedRunAsync(tenant, fired);
    }

    public static async Task<JsonNode> UnknownAsync(InboundScene scene, TenantClient tenant)
    {
        scene.Meta.TakeAndHangUp();
        var run = await RunAsync(tenant);
        run["steps"]![0]!.Text("status").ShouldBe("unknown", run.ToJsonString());
        return run;
    }

    public static async Task<HttpStatusCode> StatusOf(Task<HttpResponseMessage> responding)
    {
        using var response = await responding;
        return response.StatusCode;
    }
}
