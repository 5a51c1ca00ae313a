using Ecodrix.Channels.Guarding;

namespace Ecodrix.Channels.Tests.Guarding;

public sealed class UrlRulesTests
{
    [Theory]
    [InlineData("https://example.com/callback?x=1")]
    [InlineData("https://example.com:8443/")]
    [InlineData("https://1.1.1.1/hook")]
    [InlineData("https://bücher.example/hook")]
    public void A_public_https_URL_is_good(string url) => UrlRules.Check(url, allowPrivate: false).Problem.ShouldBeNull();

    [Theory]
    [InlineData(null, "absolute URL")]
    [InlineData("", "absolute URL")]
    [InlineData("not a url", "absolute URL")]
    [InlineData("/callback", "https://")]
    [InlineData("http://example.com/", "https://")]
    [InlineData("ftp://example.com/", "https://")]
    [InlineData("file:///etc/passwd", "https://")]
    [InlineData("https://user:pass@example.com/", "user name")]
    [InlineData("https://user@example.com/", "user name")]
    [InlineData("https://127.0.0.1/", "loopback")]
    [InlineData("https://127.1/", "loopback")]
    [InlineData("https://0x7f000001/", "loopback")]
    [InlineData("https://2130706433/", "loopback")]
    [InlineData("https://0177.0.0.1/", "loopback")]
    [InlineData("https://[::1]/", "loopback")]
    [InlineData("https://[::ffff:10.0.0.1]/", "private")]
    [InlineData("https://169.254.169.254/latest/meta-data", "link-local")]
    [InlineData("https://localhost/", "this machine")]
    [InlineData("https://LOCALHOST./", "this machine")]
    [InlineData("https://api.localhost/", "this machine")]
    public void Any_other_URL_is_refused_with_the_reason(string? url, string reason) =>
        UrlRules.Check(url, allowPrivate: false).Problem.ShouldNotBeNull().ShouldContain(reason);

    [Theory]
    [InlineData("http://127.0.0.1:5000/")]
    [InlineData("http://localhost/")]
    [InlineData("https://10.0.0.1/")]
    public void Private_addresses_and_plain_http_are_good_where_they_are_allowed(string url) =>
        UrlRules.Check(url, allowPrivate: true).Problem.ShouldBeNull();

    [Fact]
    public void User_information_is_refused_even_where_private_addresses_are_allowed() =>
        UrlRules.Check("http://user:pass@127.0.0.1/", allowPrivate: true).Problem.ShouldNotBeNull();
}
