using System.Text;
using System.Text.Json.Nodes;
using Ecodrix.Engine.Jobs;
using Ecodrix.Engine.Steps;
using Ecodrix.Loopback;
using Ecodrix.Server.Features.Tenants.Audit;
using Ecodrix.Server.Http.Idempotency;
using Ecodrix.Server.Tests.Observability;
using Ecodrix.Server.Tests.Tenants;
using Ecodrix.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace Ecodrix.Server.Tests.Redaction;

/// <summary>A canary in every secret and personal field, sends that work and sends that fail; then all outputs are searched for them.</summary>
/// <remarks>
/// Secrets and keys stand nowhere. Personal data stands in the tenant's database and, of the services database, in work items
/// alone: they carry the event and its payload until it is done and kept for its history. A phone may show its last four digits.
/// </remarks>
public sealed class CanaryTests : IAsyncLifetime
{
    private const string Phone = "9187654321";

    private const string MetricsToken = "canarysecretMetrics0010";

    private static readonly Dictionary<string, string> Secrets = new(StringComparer.Ordinal)
    {
        ["whatsappToken"] = "canarysecretWhatsappToken0001",
        ["whatsappWebhookToken"] = "canarysecretWebhookToken0002",
        ["whatsappAppSecret"] = "canarysecretAppSecret0003",
        ["smtpPass"] = "canarysecretSmtpPass0004",
        ["googleClientSecret"] = "canarysecretGoogleClient0005",
        ["googleRefreshToken"] = "canarysecretGoogleRefresh0006",
        ["automationWebhookSecret"] = "whsec_Y2FuYXJ5c2VjcmV0V2ViaG9vazAwMDc4OTAxMjM0NTY3",
        ["s3AccessKeyId"] = "canarysecretS3Access0008",
        ["s3SecretAccessKey"] = "canarysecretS3Secret0009",
    };

    private static readonly string[] Personal =
    [
        "canaryfirst", "canarylast", "canarymail", "canarysource", "canarydeal", "canaryref", "canaryextra", "canaryvariable", "canarypayload",
        "canarysubject", "canarybody", "canarytext", "canaryagent", "canarytag", Phone, Phone[..6],
    ];

    private readonly List<string> refusals = [];

    private readonly Telemetry telemetry = new();

    private LoopbackMeta meta = null!;

    private LoopbackTcp smtp = null!;

    private ServerFixture server = null!;

    private TenantClient tenant = null!;

    public async ValueTask InitializeAsync()
    {
        meta = await LoopbackMeta.StartAsync();
        meta.Token = Secrets["whatsappToken"];
        smtp = LoopbackTcp.Start(RefuseMailAsync);
        var settings = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["ECODRIX_META_BASE_URL"] = meta.BaseUrl.AbsoluteUri,
            ["ECODRIX_METRICS_TOKEN"] = MetricsToken,
        };
        server = await ServerFixture.StartAsync(settings: settings, services: all => all.AddSingleton<IStepHandler, BreakingStep>());
        tenant = await server.CreateTenantAsync(body => body["email"] = "canarymail@example.test");
    }

    public async ValueTask DisposeAsync()
    {
        await server.DisposeAsync();
        await smtp.DisposeAsync();
        await meta.DisposeAsync();
        telemetry.Dispose();
    }

    [Fact]
    public async Task Nothing_secret_or_personal_is_in_any_output()
    {
        using var admin = new Operator(server);
        await ConfigureAsync(admin);
        await WorkAsync();
        await FailAsync();
        var audit = await admin.AskAsync(HttpMethod.Get, "/api/admin/audit?limit=200");

        var overview = await admin.AskAsync(HttpMethod.Get, "/api/admin/overview");
        var metrics = await ReadMetricsAsync();

        var secrets = Secrets.Values.Append(MetricsToken).Append(tenant.LiveKey).Append(tenant.TestKey).Append(tenant.WebhookSecret).Append(ServerFixture.AdminKey)
            .Append(Convert.ToBase64String([.. Enumerable.Range(0, 32).Select(index => (byte)index)])).ToArray();
        var outputs = server.Logs.Lines.Concat(telemetry.Lines).Concat(refusals).Append(audit.ToJsonString()).Append(overview.ToJsonString()).Append(metrics).ToList();
        metrics.ShouldContain("ecodrix_effects_total{type=\"send_whatsapp\"");
        metrics.ShouldContain($"tenant=\"{tenant.Code}\"");
        server.Logs.Lines.ShouldContain(line => line.Contains($"[Tenant, {tenant.Code}", StringComparison.Ordinal)); // Scopes are searched, too.
        server.Logs.Lines.ShouldNotBeEmpty();
        telemetry.Lines.ShouldContain(line => line.StartsWith("trace ", StringComparison.Ordinal));
        telemetry.Lines.ShouldContain(line => line.StartsWith("metric ecodrix", StringComparison.Ordinal));
        refusals.Count.ShouldBeGreaterThan(4);
        audit.AsArray().ShouldNotBeEmpty();
        Leaks(outputs, [.. secrets, .. Personal]).ShouldBeEmpty();

        Leaks(await BesideWorkAsync(), Personal).ShouldBeEmpty();
        Leaks(await DumpAsync(), secrets).ShouldBeEmpty();
    }

    private async Task<string> ReadMetricsAsync()
    {
        using var prometheus = server.CreateAnonymousClient();
        prometheus.DefaultRequestHeaders.Add("Authorization", "Bearer " + MetricsToken);
        return await prometheus.GetStringAsync("/metrics", TestContext.Current.CancellationToken);
    }

    private static IReadOnlyList<string> Leaks(IEnumerable<string> outputs, IReadOnlyList<string> canaries) =>
        [.. from output in outputs
            from canary in canaries
            where output.Contains(canary, StringComparison.OrdinalIgnoreCase)
            select $"{canary} in {(output.Length > 600 ? output[..600] : output)}"];

    private async Task ConfigureAsync(Operator admin)
    {
        var body = new JsonObject
        {
            ["whatsappPhoneNumberId"] = meta.PhoneNumberId,
            ["whatsappBusinessId"] = meta.BusinessId,
            ["smtpHost"] = "127.0.0.1",
            ["smtpPort"] = smtp.Port,
            ["smtpUser"] = "canarymailer",
            ["smtpFrom"] = "sender@example.test",
            ["smtpSecurity"] = "none",
            ["googleClientId"] = "client",
        };
        foreach (var (name, value) in Secrets)
        {
            body[name] = value;
        }

        await admin.AskAsync(HttpMethod.Post, $"/api/clients/{tenant.Code}/secrets", body);
        await AskAsync(tenant.Http, HttpMethod.Post, "/api/crm/automations", """
            {"name":"Go","trigger":"go","actions":[
              {"type":"send_whatsapp","config":{"templateName":"booked","variables":["{{ lead.firstName }} canarytext"]}},
              {"type":"send_email","config":{"subject":"canarysubject {{ lead.lastName }}","htmlBody":"<p>canarybody {{ event.note }}</p>"}},
              {"type":"callback","config":{"url":"http://127.0.0.1:1/","payload":{"secret":"canarypayload"}}},
              {"type":"add_tag","config":{"tag":"canarytag"}},
              {"type":"breaks","config":{}}]}
            """);
    }

    /// <summary>Live and in the sandbox: sends, mails, changes of the lead.</summary>
    private async Task WorkAsync()
    {
        meta.Add(new MetaTemplate("booked", "en_US", "Hi {{1}}"));
        foreach (var client in new[] { tenant.Http, tenant.TestHttp })
        {
            await FireAsync(client);
            await AskAsync(client, HttpMethod.Get, $"/api/crm/leads?search=canaryfirst&phone=%2B91{Phone}");
            await AskAsync(client, HttpMethod.Get, $"/api/saas/events/logs?phone=%2B91{Phone}");
        }

        meta.Messages.ShouldNotBeEmpty(string.Concat(refusals));
    }

    /// <summary>Providers that refuse and say all they were told; requests that are wrong; text that is no JSON.</summary>
    private async Task FailAsync()
    {
        var echo = $$"""{"error":{"message":"canarytext to +91{{Phone}} with {{Secrets["whatsappToken"]}}","type":"OAuthException","code":131026,"error_data":{"details":"canaryfirst"} } }""";
        meta.Script.Answer(400, echo);
        await FireAsync(tenant.Http);
        meta.Script.Answer(400, echo);
        await AskAsync(tenant.Http, HttpMethod.Post, "/api/saas/chat/templates/sync", "{}");
        meta.Script.Answer(500, "canarytext is no JSON");
        await AskAsync(tenant.Http, HttpMethod.Post, "/api/saas/chat/templates/sync", "{}");

        string[] paths = ["/api/saas/workflows/trigger", "/api/crm/leads", "/api/saas/chat/send", "/api/crm/automations"];
        foreach (var path in paths)
        {
            await AskAsync(tenant.Http, HttpMethod.Post, path, """{"firstName":"canaryfirst","text":"canarytext","phone":["canaryfirst"],"leadId":"canaryfirst","name":17""");
            await AskAsync(tenant.Http, HttpMethod.Post, path, """{"firstName":{"x":"canaryfirst"},"text":{"x":"canarytext"},"phone":["canaryfirst"],"email":"canarymail","leadId":"canaryfirst","name":17}""");
        }

        using var stranger = server.CreateAnonymousClient();
        stranger.DefaultRequestHeaders.Add("x-api-key", tenant.LiveKey);
        stranger.DefaultRequestHeaders.Add("x-client-code", "NOBODY");
        await AskAsync(stranger, HttpMethod.Get, "/api/saas/account");
    }

    private async Task FireAsync(HttpClient client)
    {
        await AskAsync(client, HttpMethod.Post, "/api/saas/workflows/trigger", $$$"""
            {"trigger":"go","phone":"+91{{{Phone}}}","email":"canarymail@example.test","createLeadIfMissing":true,
             "leadData":{"firstName":"canaryfirst","lastName":"canarylast","source":"canarysource","dealTitle":"canarydeal","assignedTo":"canaryagent",
                         "metadata":{"refs":{"a":"canaryref"},"extra":{"b":"canaryextra"} } },
             "variables":{"note":"canaryvariable"},"data":{"x":"canarypayload"}}
            """);
        await server.Services.GetRequiredService<WorkLoop>().DrainAsync(TestContext.Current.CancellationToken);
    }

    private async Task AskAsync(HttpClient client, HttpMethod method, string path, string? body = null)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json") };
        using var response = await client.SendAsync(request, TestContext.Current.CancellationToken);
        var answer = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        if (!response.IsSuccessStatusCode)
        {
            refusals.Add($"{method} {path.Split('?')[0]}: {answer}");
        }
    }

    /// <summary>A mail server that refuses every recipient, naming it and the body.</summary>
    private static async Task RefuseMailAsync(Stream stream, CancellationToken cancellationToken)
    {
        using var reader = new StreamReader(stream, leaveOpen: true);
        await using var writer = new StreamWriter(stream, leaveOpen: true) { NewLine = "\r\n", AutoFlush = true };
        await writer.WriteLineAsync("220 localhost");
        while (await reader.ReadLineAsync(cancellationToken) is { } line)
        {
            await writer.WriteLineAsync(line.Split(' ')[0].ToUpperInvariant() switch
            {
                "EHLO" => "250-localhost\r\n250 AUTH PLAIN LOGIN",
                "AUTH" => "235 ok",
                "RCPT" => $"550 5.1.1 canarymail@example.test canarybody {line}",
                _ => "250 ok",
            });
        }
    }

    /// <summary>Every byte of the services database, as it stands.</summary>
    private async Task<IReadOnlyList<string>> DumpAsync()
    {
        var dump = (TestStorage.OnServer ? await TestStorage.DumpAsync(server.Folder, "services") : await FilesAsync()).Select(Encoding.Latin1.GetString).ToList();
        string.Concat(dump).ShouldContain("canaryvariable"); // The search itself sees what is there.
        return dump;
    }

    private async Task<IReadOnlyList<byte[]>> FilesAsync()
    {
        string[] files = [.. Directory.GetFiles(server.Folder, "services*").Where(file => !file.EndsWith(".lock", StringComparison.Ordinal))];
        files.ShouldNotBeEmpty();
        var dump = new List<byte[]>();
        foreach (var file in files)
        {
            await using var open = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var bytes = new MemoryStream();
            await open.CopyToAsync(bytes, TestContext.Current.CancellationToken);
            dump.Add(bytes.ToArray());
        }

        return dump;
    }

    private async Task<IReadOnlyList<string>> BesideWorkAsync() =>
        [.. await AllAsync<AuditEntry>(entry => $"{entry} {string.Join(", ", entry.Details)}"), .. await AllAsync<IdempotencyRecord>(record => record.ToString())];

    private async Task<IEnumerable<string>> AllAsync<T>(Func<T, string> text)
        where T : class, IDocument<T> =>
        (await server.Services.GetRequiredService<IServicesDatabase>().Documents<T>().QueryAsync(new DocumentQuery(null, 200), TestContext.Current.CancellationToken)).Select(text);
}
