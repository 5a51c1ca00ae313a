using System.Net;
using CsCheck;
using Ecodrix.Channels.Guarding;

namespace Ecodrix.Channels.Tests.Guarding;

public sealed class PublicAddressesTests
{
    [Theory]
    [InlineData("1.1.1.1")]
    [InlineData("8.8.8.8")]
    [InlineData("9.255.255.255")]
    [InlineData("11.0.0.0")]
    [InlineData("100.63.255.255")]
    [InlineData("100.128.0.0")]
    [InlineData("169.253.255.255")]
    [InlineData("172.15.255.255")]
    [InlineData("172.32.0.0")]
    [InlineData("192.167.255.255")]
    [InlineData("192.169.0.0")]
    [InlineData("198.17.255.255")]
    [InlineData("198.20.0.0")]
    [InlineData("223.255.255.255")]
    [InlineData("::ffff:8.8.8.8")]
    [InlineData("2606:4700:4700::1111")]
    [InlineData("2a00:1450:4001:82a::200e")]
    public void A_public_address_is_dialled(string address) => PublicAddresses.WhyRefused(IPAddress.Parse(address)).ShouldBeNull();

    [Theory]
    [InlineData("0.0.0.0", "unspecified")]
    [InlineData("0.1.2.3", "unspecified")]
    [InlineData("10.0.0.0", "private")]
    [InlineData("10.255.255.255", "private")]
    [InlineData("100.64.0.0", "shared")]
    [InlineData("100.100.100.200", "shared")]
    [InlineData("100.127.255.255", "shared")]
    [InlineData("127.0.0.1", "loopback")]
    [InlineData("127.255.255.255", "loopback")]
    [InlineData("168.63.129.16", "metadata")]
    [InlineData("169.254.169.254", "link-local")]
    [InlineData("169.254.170.2", "link-local")]
    [InlineData("172.16.0.1", "private")]
    [InlineData("172.31.255.255", "private")]
    [InlineData("192.0.0.170", "reserved")]
    [InlineData("192.0.2.1", "documentation")]
    [InlineData("192.88.99.1", "reserved")]
    [InlineData("192.168.1.1", "private")]
    [InlineData("198.18.0.1", "benchmarking")]
    [InlineData("198.19.255.255", "benchmarking")]
    [InlineData("198.51.100.7", "documentation")]
    [InlineData("203.0.113.7", "documentation")]
    [InlineData("224.0.0.1", "multicast")]
    [InlineData("239.255.255.250", "multicast")]
    [InlineData("240.0.0.1", "reserved")]
    [InlineData("255.255.255.255", "reserved")]
    public void An_IPv4_address_that_is_not_public_is_refused(string address, string what) =>
        PublicAddresses.WhyRefused(IPAddress.Parse(address)).ShouldNotBeNull().ShouldContain(what);

    [Theory]
    [InlineData("::", "unspecified")]
    [InlineData("::1", "loopback")]
    [InlineData("::2", "IPv4 address in IPv6")]
    [InlineData("::127.0.0.1", "IPv4 address in IPv6")]
    [InlineData("::10.0.0.1", "IPv4 address in IPv6")]
    [InlineData("::ffff:127.0.0.1", "loopback")]
    [InlineData("::ffff:169.254.169.254", "link-local")]
    [InlineData("::ffff:a00:1", "private")]
    [InlineData("::ffff:0:127.0.0.1", "IPv4 address in IPv6")]
    [InlineData("64:ff9b::7f00:1", "IPv4 address in IPv6")]
    [InlineData("64:ff9b::8.8.8.8", "IPv4 address in IPv6")]
    [InlineData("64:ff9b:1::a9fe:a9fe", "IPv4 address in IPv6")]
    [InlineData("100::1", "reserved")]
    [InlineData("2001::1", "IPv4 address in IPv6")]
    [InlineData("2001:0:53aa:64c:0:fbfe:5601:1", "IPv4 address in IPv6")]
    [InlineData("2001:2::1", "reserved")]
    [InlineData("2001:20::1", "reserved")]
    [InlineData("2001:db8::1", "documentation")]
    [InlineData("2002:7f00:1::", "IPv4 address in IPv6")]
    [InlineData("2002:c0a8:101::1", "IPv4 address in IPv6")]
    [InlineData("2606:4700::5efe:7f00:1", "IPv4 address in IPv6")]
    [InlineData("2606:4700::200:5efe:a9fe:a9fe", "IPv4 address in IPv6")]
    [InlineData("3fff::1", "documentation")]
    [InlineData("4000::1", "reserved")]
    [InlineData("5f00::1", "reserved")]
    [InlineData("fc00::1", "private")]
    [InlineData("fd00:ec2::254", "private")]
    [InlineData("fe80::1", "link-local")]
    [InlineData("fe80::1%1", "link-local")]
    [InlineData("fec0::1", "private")]
    [InlineData("ff02::1", "multicast")]
    public void An_IPv6_address_that_is_not_public_is_refused(string address, string what) =>
        PublicAddresses.WhyRefused(IPAddress.Parse(address)).ShouldNotBeNull().ShouldContain(what);

    [Fact]
    public void No_form_of_IPv6_hides_an_IPv4_address_that_is_refused() =>
        Gen.Byte.Array[4].Sample(v4 =>
        {
            var refused = PublicAddresses.WhyRefused(new IPAddress(v4)) is not null;

            byte[] mapped = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, .. v4];
            byte[] compatible = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, .. v4];
            byte[] sixToFour = [0x20, 0x02, .. v4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1];
            byte[] nat64 = [0, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0, .. v4];
            byte[] teredo = [0x20, 0x01, 0, 0, 8, 8, 8, 8, 0, 0, 0, 0, .. v4.Select(part => (byte)~part)];

            (PublicAddresses.WhyRefused(new IPAddress(mapped)) is not null).ShouldBe(refused);
            foreach (var form in new[] { compatible, sixToFour, nat64, teredo })
            {
                PublicAddresses.WhyRefused(new IPAddress(form)).ShouldNotBeNull();
            }
        });
}
