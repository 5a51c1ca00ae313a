using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Ecodrix.Channels.Email;
using Ecodrix.Server.Features.Tenants.Secrets;
using Ecodrix.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Ecodrix.Server.Tests.Tenants;

public sealed class SecretTests(ServerFixture server) : IClassFixture<ServerFixture>, IDisposable
{
    private static readonly CancellationToken Cancelled = TestContext.Current.CancellationToken;

    private readonly Operator admin = new(server);

    private SecretsDoor Door => server.Services.GetRequiredService<SecretsDoor>();

    public void Dispose() => admin.Dispose();

    [Fact]
    public async Task Secrets_are_merged_told_by_their_last_characters_and_never_returned()
    {
        var tenant = await server.CreateTenantAsync();
        await SetAsync(tenant, """{"whatsappToken":"EAAG-0123456789-wxyz","smtpPass":"short","smtpHost":"smtp.example.com","smtpPort":587}""");

        var answer = await SetAsync(tenant, """{"googleClientId":"id.apps.example","smtpPort":"465","colour":"red"}""");

        var secrets = answer["secrets"]!;
        secrets["whatsappToken"]!.ToJsonString().ShouldBe("""{"isSet":true,"value":null,"last4":"wxyz","readable":true}""");
        secrets["smtpPass"]!.ToJsonString().ShouldBe("""{"isSet":true,"value":null,"last4":null,"readable":true}""");
        secrets["smtpPort"]!["value"]!.ToString().ShouldBe("465");
        secrets["smtpHost"]!["value"]!.ToString().ShouldBe("smtp.example.com");
        secrets["googleRefreshToken"]!["isSet"]!.GetValue<bool>().ShouldBeFalse();
        secrets["automationWebhookSecret"]!["last4"]!.ToString().ShouldBe(tenant.WebhookSecret[^4..]);
        answer["ignored"]!.ToJsonString().ShouldBe("""["colour"]""");
        (await admin.AskAsync(HttpMethod.Get, $"/api/clients/{tenant.Code}/secrets")).ToJsonString().ShouldBe(secrets.ToJsonString());
    }

    [Fact]
    public async Task Null_deletes_a_secret_and_the_channel_is_no_longer_configured()
    {
        var tenant = await server.CreateTenantAsync();
        await SetAsync(tenant, """{"smtpHost":"smtp.example.com","smtpFrom":"hello@acme.example","smtpUser":"u","smtpPass":"p"}""");
        (await Door.FindSmtpAsync(TenantId.Parse(tenant.Code), Cancelled)).ShouldBe(new SmtpAccount("smtp.example.com", 587, "u", "p", "hello@acme.example"));

        await SetAsync(tenant, """{"smtpFrom":null}""");

        (await Door.FindSmtpAsync(TenantId.Parse(tenant.Code), Cancelled)).ShouldBeNull();
    }

    [Fact]
    public async Task One_wrong_value_leaves_all_as_they_were()
    {
        var tenant = await server.CreateTenantAsync();

        using var response = await admin.PostAsync($"/api/clients/{tenant.Code}/secrets", JsonNode.Parse("""{"smtpHost":"smtp.example.com","smtpPort":0,"automationWebhookSecret":null}"""));

        var errors = (await response.ShouldFailAsync(HttpStatusCode.BadRequest, "VALIDATION_ERROR"))["errors"]!.AsObject();
        errors.Select(error => error.Key).Order(StringComparer.Ordinal).ShouldBe(["automationWebhookSecret", "smtpPort"]);
        (await admin.AskAsync(HttpMethod.Get, $"/api/clients/{tenant.Code}/secrets"))["smtpHost"]!["isSet"]!.GetValue<bool>().ShouldBeFalse();
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("\"text\"")]
    [InlineData("7")]
    public async Task A_body_that_is_no_object_is_refused(string body)
    {
        var tenant = await server.CreateTenantAsync();

        using var response = await admin.PostAsync($"/api/clients/{tenant.Code}/secrets", JsonNode.Parse(body));

        await response.ShouldFailAsync(HttpStatusCode.BadRequest, "VALIDATION_ERROR");
    }

    [Fact]
    public async Task A_WhatsApp_number_belongs_to_one_client_until_that_one_lets_go()
    {
        var tenant = await server.CreateTenantAsync();
        var other = await server.CreateTenantAsync();
        await SetAsync(tenant, """{"whatsappPhoneNumberId":"106540352242922"}""");

        using var refused = await admin.PostAsync($"/api/clients/{other.Code}/secrets", JsonNode.Parse("""{"whatsappPhoneNumberId":"106540352242922","whatsappToken":"t"}"""));
        await refused.ShouldFailAsync(HttpStatusCode.Conflict, "CONFLICT");
        (await admin.AskAsync(HttpMethod.Get, $"/api/clients/{other.Code}/secrets"))["whatsappToken"]!["isSet"]!.GetValue<bool>().ShouldBeFalse();

        await SetAsync(tenant, """{"whatsappPhoneNumberId":"106540352242923"}""");
        await SetAsync(other, """{"whatsappPhoneNumberId":"106540352242922"}""");
    }

    [Fact]
    public async Task The_test_twin_has_the_webhook_secret_and_no_channel()
    {
        var tenant = await server.CreateTenantAsync();
        await SetAsync(tenant, """{"whatsappPhoneNumberId":"777001","whatsappToken":"token-of-a-client","googleRefreshToken":"refresh","smtpHost":"h.example","smtpFrom":"a@b.example"}""");
        var live = TenantId.Parse(tenant.Code);

        (await Door.FindWhatsAppAsync(live, Cancelled))!.Token.ShouldBe("token-of-a-client");
        (await Door.FindGoogleAsync(live, Cancelled)).ShouldNotBeNull();
        (await Door.FindWhatsAppAsync(live.Test, Cancelled)).ShouldBeNull();
        (await Door.FindGoogleAsync(live.Test, Cancelled)).ShouldBeNull();
        (await Door.FindSmtpAsync(live.Test, Cancelled)).ShouldBeNull();
        (await Door.FindWebhookSecretsAsync(live.Test, Cancelled))!.Current.ShouldBe(tenant.WebhookSecret);
    }

    [Fact]
    public async Task Both_webhook_secrets_sign_during_the_overlap_and_one_after_it()
    {
        var clock = new FakeTimeProvider(DateTimeOffset.Parse("2026-03-15T09:30:00Z", System.Globalization.CultureInfo.InvariantCulture));
        await using var timed = new ServerFixture().WithClock(clock);
        await timed.InitializeAsync();
        using var owner = new Operator(timed);
        var tenant = await timed.CreateTenantAsync();
        var door = timed.Services.GetRequiredService<SecretsDoor>();

        var rotated = await owner.AskAsync(HttpMethod.Post, $"/api/clients/{tenant.Code}/rotate-webhook-secret", new JsonObject());

        rotated["previousUntil"]!.ToString().ShouldBe("2026-03-16T09:30:00.000Z");
        var during = (await door.FindWebhookSecretsAsync(TenantId.Parse(tenant.Code), Cancelled))!;
        during.Current.ShouldBe(rotated["webhookSecret"]!.ToString());
        during.Previous.ShouldBe(tenant.WebhookSecret);

        clock.Advance(TimeSpan.FromHours(24));
        (await door.FindWebhookSecretsAsync(TenantId.Parse(tenant.Code), Cancelled))!.Previous.ShouldBeNull();
        (await owner.PostAsync($"/api/clients/{tenant.Code}/rotate-webhook-secret")).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_rotation_is_completed_by_hand_and_a_second_one_waits_for_that()
    {
        var tenant = await server.CreateTenantAsync();
        (await tenant.PostAsync("/api/saas/rotate-webhook-secret", new JsonObject { ["graceHours"] = 48 })).StatusCode.ShouldBe(HttpStatusCode.OK);

        await (await tenant.PostAsync("/api/saas/rotate-webhook-secret", new JsonObject())).ShouldFailAsync(HttpStatusCode.Conflict, "CONFLICT");
        await (await tenant.PostAsync("/api/saas/rotate-webhook-secret", new JsonObject { ["graceHours"] = 1000 })).ShouldFailAsync(HttpStatusCode.BadRequest, "VALIDATION_ERROR");
        (await tenant.PostAsync("/api/saas/rotate-webhook-secret/complete", new JsonObject())).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await Door.FindWebhookSecretsAsync(TenantId.Parse(tenant.Code), Cancelled))!.Previous.ShouldBeNull();

        var last = await (await tenant.PostAsync("/api/saas/rotate-webhook-secret", new JsonObject { ["graceHours"] = 0 })).ReadDataAsync();
        last!["previousUntil"].ShouldBeNull();
        var secrets = (await Door.FindWebhookSecretsAsync(TenantId.Parse(tenant.Code), Cancelled))!;
        secrets.Current.ShouldBe(last["webhookSecret"]!.ToString());
        secrets.Previous.ShouldBeNull();
        (await admin.PostAsync($"/api/clients/{tenant.Code}/rotate-webhook-secret/complete")).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_changed_byte_in_the_database_is_told_and_healed_by_setting_the_secret_again()
    {
        var tenant = await server.CreateTenantAsync();
        await SetAsync(tenant, """{"smtpPass":"a-password-that-is-long","smtpHost":"h.example"}""");
        var sets = server.Services.GetRequiredService<IServicesDatabase>().Documents<SecretSet>();
        var stored = (await sets.FindAsync(tenant.Code, Cancelled))!;
        var broken = stored.Sealed.ToDictionary(entry => entry.Key, entry => entry.Key is "smtpPass" ? stored.Sealed["smtpHost"] : entry.Value, StringComparer.Ordinal);
        (await sets.TryReplaceAsync(stored.Next(broken), Cancelled)).ShouldBeTrue();

        var seen = await admin.AskAsync(HttpMethod.Get, $"/api/clients/{tenant.Code}/secrets");
        seen["smtpPass"]!.ToJsonString().ShouldBe("""{"isSet":true,"value":null,"last4":null,"readable":false}""");
        seen["smtpHost"]!["value"]!.ToString().ShouldBe("h.example");

        (await SetAsync(tenant, """{"smtpPass":"another-long-password"}"""))["secrets"]!["smtpPass"]!["last4"]!.ToString().ShouldBe("word");
    }

    [Fact]
    public async Task No_secret_stands_in_an_answer_a_log_the_audit_or_the_bytes_of_the_database()
    {
        var canaries = SecretName.All.Where(name => !SecretName.IsPlain(name)).ToDictionary(name => name, name => $"CANARY-{name}-{Guid.NewGuid():N}", StringComparer.Ordinal);
        var imported = $"CANARY-key-{Guid.NewGuid():N}";
        var tenant = await server.CreateTenantAsync(body => body["apiKey"] = imported);
        var answers = new StringBuilder();

        answers.Append((await SetAsync(tenant, JsonNode.Parse(System.Text.Json.JsonSerializer.Serialize(canaries))!.ToJsonString())).ToJsonString());
        foreach (var path in new[] { "", "/secrets", "/keys" })
        {
            answers.Append((await admin.AskAsync(HttpMethod.Get, $"/api/clients/{tenant.Code}{path}")).ToJsonString());
        }

        answers.Append((await admin.AskAsync(HttpMethod.Get, "/api/admin/audit?limit=200")).ToJsonString());
        answers.Append(await (await tenant.GetAsync("/api/saas/account")).Content.ReadAsStringAsync(Cancelled));
        (await Door.FindWhatsAppAsync(TenantId.Parse(tenant.Code), Cancelled))?.ToString().ShouldNotContain("CANARY");

        answers.ToString().ShouldNotContain("CANARY");
        string.Join('\n', server.Logs.Lines).ShouldNotContain("CANARY");
        var dump = TestStorage.OnServer ? [.. (await TestStorage.DumpAsync(server.Folder, string.Empty)).SelectMany(document => document)] : DumpOf(server.Folder);
        foreach (var secret in canaries.Values.Append(imported).Append(tenant.TestKey).Append(tenant.WebhookSecret).Append(ServerFixture.AdminKey))
        {
            dump.AsSpan().IndexOf(Encoding.UTF8.GetBytes(secret)).ShouldBe(-1);
            dump.AsSpan().IndexOf(Encoding.UTF8.GetBytes(Convert.ToBase64String(Encoding.UTF8.GetBytes(secret))[..20])).ShouldBe(-1);
        }

        dump.AsSpan().IndexOf(Encoding.UTF8.GetBytes(tenant.Code)).ShouldBeGreaterThan(-1);
    }

    private Task<JsonNode> SetAsync(TenantClient tenant, string json) =>
        admin.AskAsync(HttpMethod.Post, $"/api/clients/{tenant.Code}/secrets", JsonNode.Parse(json));

    /// <summary>The raw bytes of every database file and its log.</summary>
    private static byte[] DumpOf(string folder)
    {
        using var dump = new MemoryStream();
        foreach (var path in Directory.GetFiles(folder, "*.db*", SearchOption.AllDirectories).Where(path => !path.EndsWith(".lock", StringComparison.Ordinal)))
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            file.CopyTo(dump);
        }

        return dump.ToArray();
    }
}
