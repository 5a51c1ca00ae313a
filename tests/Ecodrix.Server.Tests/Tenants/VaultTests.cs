using Ecodrix.Server.Features.Tenants.Secrets;

namespace Ecodrix.Server.Tests.Tenants;

public sealed class VaultTests
{
    private const string Text = "EAAG-a-token-of-a-client";

    private readonly string first = EncryptionKeys.NewKey();

    private readonly string second = EncryptionKeys.NewKey();

    [Fact]
    public void What_was_sealed_opens_as_it_was()
    {
        var vault = VaultOf(first);

        vault.Open("ACME", "whatsappToken", vault.Seal("ACME", "whatsappToken", Text)).ShouldBe(Text);
    }

    [Fact]
    public void The_same_text_is_never_sealed_the_same_twice()
    {
        var vault = VaultOf(first);

        new HashSet<string>(Enumerable.Range(0, 100).Select(_ => vault.Seal("ACME", "smtpPass", Text)), StringComparer.Ordinal).Count.ShouldBe(100);
    }

    [Fact]
    public void Any_changed_byte_is_an_error()
    {
        var vault = VaultOf(first);
        var parts = vault.Seal("ACME", "smtpPass", Text).Split('.');
        var box = Convert.FromBase64String(parts[2]);

        for (var at = 0; at < box.Length; at++)
        {
            box[at] ^= 1;
            var changed = $"{parts[0]}.{parts[1]}.{Convert.ToBase64String(box)}";
            Should.Throw<SealBrokenException>(() => vault.Open("ACME", "smtpPass", changed)).Message.ShouldContain("was changed");
            box[at] ^= 1;
        }
    }

    [Theory]
    [InlineData("OTHER", "smtpPass")]
    [InlineData("ACME", "whatsappToken")]
    [InlineData("ACME\nsmtpPass", "")]
    public void A_secret_moved_to_another_client_or_name_does_not_open(string owner, string name)
    {
        var vault = VaultOf(first);
        var moved = vault.Seal("ACME", "smtpPass", Text);

        Should.Throw<SealBrokenException>(() => vault.Open(owner, name, moved));
    }

    [Theory]
    [InlineData("")]
    [InlineData("1.abc")]
    [InlineData("plain text")]
    public void What_is_in_no_sealed_form_is_an_error(string stored) =>
        Should.Throw<SealBrokenException>(() => VaultOf(first).Open("ACME", "smtpPass", stored));

    [Fact]
    public void A_missing_key_is_named_by_its_id()
    {
        var before = VaultOf(first);
        var stored = before.Seal("ACME", "smtpPass", Text);

        Should.Throw<SealBrokenException>(() => VaultOf(second).Open("ACME", "smtpPass", stored)).Message.ShouldContain(before.Keys.FirstId);
    }

    [Fact]
    public void The_first_key_encrypts_and_each_opens_its_own()
    {
        var old = VaultOf(first).Seal("ACME", "smtpPass", Text);
        var vault = VaultOf($"{second}, {first}");

        vault.Open("ACME", "smtpPass", old).ShouldBe(Text);
        Vault.KeyIdOf(vault.Seal("ACME", "smtpPass", Text)).ShouldBe(VaultOf(second).Keys.FirstId);
    }

    [Theory]
    [InlineData("")]
    [InlineData(",")]
    [InlineData("not base64")]
    [InlineData("c2hvcnQ=")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA==")]
    public void A_setting_that_is_no_key_of_32_bytes_is_refused(string setting) =>
        EncryptionKeys.TryParse(setting).ShouldBeNull();

    private static Vault VaultOf(string setting) => new(EncryptionKeys.TryParse(setting)!);
}
