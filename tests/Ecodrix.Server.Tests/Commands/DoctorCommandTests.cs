using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace Ecodrix.Server.Tests.Commands;

/// <summary>What an operator types when something is wrong.</summary>
public sealed class DoctorCommandTests() : ListeningServer("doctor")
{
    [Fact]
    public async Task A_sound_server_has_nothing_to_fix()
    {
        var (code, output, error) = await RunAsync("doctor");

        code.ShouldBe(0, error);
        output.ShouldContain("services database");
        output.ShouldContain("connected");
        error.ShouldBeEmpty();
    }

    [Fact]
    public async Task What_is_paused_is_told_with_the_way_to_end_it()
    {
        await AdminAsync("/api/admin/pause", new JsonObject { ["channel"] = "email" });

        var (code, output, error) = await RunAsync("doctor");

        code.ShouldBe(1);
        output.ShouldContain("pauses: GET /api/admin/pauses lists them; POST /api/admin/resume ends them.");
        error.Trim().ShouldBe("1 of 5 need attention.");
    }

    [Fact]
    public async Task A_client_without_accounts_is_told_what_the_sandbox_does_and_no_key_stays_behind()
    {
        var (code, output, error) = await RunAsync("doctor", "DEMO");

        code.ShouldBe(0, error);
        output.ShouldContain("whatsapp: What is sent stays here, to be read; no provider sees it.");
        output.ShouldContain("database");
        using var http = Http();
        var keys = (await http.GetFromJsonAsync<JsonNode>("/api/clients/DEMO/keys", Cancelled))!["data"]!.AsArray();
        keys.Where(key => key!["label"]!.ToString() is "doctor command").ShouldAllBe(key => key!["revokedAt"] != null);
    }

    [Fact]
    public async Task An_account_that_does_not_answer_is_told_in_the_providers_words_with_the_way_to_correct_it_and_another_clients_is_not()
    {
        await AdminAsync("/api/clients/DEMO/secrets", new JsonObject
        {
            ["smtpHost"] = "127.0.0.1",
            ["smtpPort"] = 9,
            ["smtpUser"] = "u",
            ["smtpPass"] = "p",
            ["smtpFrom"] = "a@example.com",
        });
        await AdminAsync("/api/clients", new JsonObject { ["name"] = "Other", ["clientCode"] = "OTHER" });

        var (code, output, error) = await RunAsync("doctor", "DEMO");
        var other = await RunAsync("doctor", "OTHER");

        code.ShouldBe(1);
        output.ShouldContain("Correct its account with POST /api/clients/DEMO/secrets.");
        error.ShouldContain("need attention");
        other.Code.ShouldBe(0, other.Error);
    }

    [Fact]
    public async Task An_unknown_client_is_told_as_such()
    {
        var (code, _, error) = await RunAsync("doctor", "NOBODY");

        code.ShouldBe(1);
        error.ShouldContain("There is no such client.");
    }

    private HttpClient Http()
    {
        var http = new HttpClient { BaseAddress = new Uri(Url) };
        http.DefaultRequestHeaders.Add("x-core-api-key", ServerFixture.AdminKey);
        return http;
    }

    private async Task AdminAsync(string path, JsonObject body)
    {
        using var http = Http();
        using var response = await http.PostAsJsonAsync(path, body, Cancelled);
        response.IsSuccessStatusCode.ShouldBeTrue(await response.Content.ReadAsStringAsync(Cancelled));
    }
}
