using System.Text.Json;
using Ecodrix.Server.Features.Tenants.Clients;
using Ecodrix.Server.Features.Tenants.Keys;
using Ecodrix.Server.Features.Tenants.Secrets;
using Ecodrix.Storage;

namespace Ecodrix.Server.Tests.Tenants;

public sealed class FormTests
{
    [Theory]
    [InlineData("smtpPort", "0")]
    [InlineData("smtpPort", "65536")]
    [InlineData("smtpPort", "\"25a\"")]
    [InlineData("smtpPort", "true")]
    [InlineData("smtpHost", "\"two words\"")]
    [InlineData("smtpSecurity", "\"ssl\"")]
    [InlineData("smtpFrom", "\"nobody\"")]
    [InlineData("smtpPass", "\"\"")]
    [InlineData("smtpPass", "\"line\\nbreak\"")]
    [InlineData("smtpPass", "7")]
    [InlineData("s3Endpoint", "\"ftp://example.com\"")]
    [InlineData("s3Endpoint", "\"https://user:pass@example.com\"")]
    [InlineData("s3Bucket", "\"UPPER\"")]
    [InlineData("whatsappPhoneNumberId", "\"+91 98\"")]
    [InlineData("whatsappToken", "\"with space\"")]
    public void A_setting_of_the_wrong_form_is_refused_without_repeating_it(string name, string json)
    {
        var form = SecretForms.Read(name, JsonElement.Parse(json));

        form.Text.ShouldBeNull();
        form.Problem.ShouldStartWith("must ");
    }

    [Theory]
    [InlineData("smtpPort", "587", "587")]
    [InlineData("smtpPort", "\"465\"", "465")]
    [InlineData("smtpHost", "\"smtp.example.com\"", "smtp.example.com")]
    [InlineData("smtpFrom", "\"Acme <hello@acme.example>\"", "Acme <hello@acme.example>")]
    [InlineData("s3Endpoint", "\"https://s3.example.com\"", "https://s3.example.com")]
    public void A_setting_of_the_right_form_is_taken_as_text(string name, string json, string text) =>
        SecretForms.Read(name, JsonElement.Parse(json)).Text.ShouldBe(text);

    [Theory]
    [InlineData("Acme Clinic", "ACME_CLINIC")]
    [InlineData("Café Nürnberg", "CAFE_NURNBERG")]
    [InlineData("7 Seas", "C_7_SEAS")]
    [InlineData("आयुर्वेद", "C_CLIENT")]
    [InlineData("Big Test", "BIG_TEST_CLIENT")]
    public void A_code_is_made_of_a_name(string name, string code) => ClientForms.CodeOf(name).ShouldBe(code);

    [Fact]
    public void Every_code_that_is_made_is_a_code()
    {
        foreach (var name in new[] { "a", "_", "-", "  ", "Ünïcödé ", new string('x', 200), new string('9', 200), "test", "x test", "💡" })
        {
            ClientForms.ProblemOfCode(ClientForms.CodeOf(name)).ShouldBeNull($"{name} became {ClientForms.CodeOf(name)}");
            TenantId.TryParse(ClientForms.CodeOf(name), out _).ShouldBeTrue();
        }
    }

    [Theory]
    [InlineData("acme")]
    [InlineData("1ACME")]
    [InlineData("A")]
    [InlineData("AC ME")]
    [InlineData("../ACME")]
    [InlineData("ACME_test")]
    [InlineData("ACME_TEST")]
    public void A_code_that_is_unsafe_or_names_a_twin_is_refused(string code) => ClientForms.ProblemOfCode(code).ShouldNotBeNull();

    [Fact]
    public void Keys_have_the_promised_form_and_strength()
    {
        var key = KeyText.NewKey(KeyMode.Live);

        key.ShouldMatch("^erix_live_[0-9A-Za-z]{40}$");
        KeyText.NewKey(KeyMode.Test).ShouldStartWith("erix_test_");
        (40 * Math.Log2(62)).ShouldBeGreaterThan(190);
        Enumerable.Range(0, 1000).Select(_ => KeyText.NewKey(KeyMode.Live)).Distinct(StringComparer.Ordinal).Count().ShouldBe(1000);
        KeyText.PrefixOf(key).ShouldBe(key[..14]);
        KeyText.PrefixOf("an-imported-key-of-somebody").ShouldBe("an-i");
    }

    [Fact]
    public void A_webhook_secret_is_32_random_bytes_in_base64()
    {
        var secret = KeyText.NewWebhookSecret();

        secret.ShouldStartWith("whsec_");
        Convert.FromBase64String(secret["whsec_".Length..]).Length.ShouldBe(32);
    }

    [Fact]
    public void A_stamp_tells_which_clients_changed_and_admits_when_it_cannot()
    {
        var stamp = new TenantStamp { Changes = ["A"] };
        foreach (var number in Enumerable.Range(0, 200))
        {
            stamp = stamp.With($"C{number}");
        }

        stamp.Version.ShouldBe(201);
        stamp.Changes.Count.ShouldBe(128);
        stamp.ChangesSince(199).ShouldBe(["C198", "C199"]);
        stamp.ChangesSince(201).ShouldBe([]);
        stamp.ChangesSince(20).ShouldBeNull();
        stamp.ChangesSince(300).ShouldBeNull();
    }
}
