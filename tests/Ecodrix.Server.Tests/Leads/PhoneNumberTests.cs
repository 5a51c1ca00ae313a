using Ecodrix.Server.Contacts;
using Ecodrix.Server.Features.Leads;

namespace Ecodrix.Server.Tests.Leads;

public sealed class PhoneNumberTests
{
    [Theory]
    [InlineData("+919876543210", "IN", "+919876543210")]
    [InlineData("9876543210", "IN", "+919876543210")]
    [InlineData("09876543210", "IN", "+919876543210")]
    [InlineData("919876543210", "IN", "+919876543210")]
    [InlineData("0091 98765 43210", "IN", "+919876543210")]
    [InlineData("+91 98765-43210", "IN", "+919876543210")]
    [InlineData("(987) 654.3210", "IN", "+919876543210")]
    [InlineData("\u202A+91 98765 43210\u202C", "IN", "+919876543210")]
    [InlineData("+91\u00A098765\u201143210", "IN", "+919876543210")]
    [InlineData("\uFF0B\uFF19\uFF11\uFF19\uFF18\uFF17\uFF16\uFF15\uFF14\uFF13\uFF12\uFF11\uFF10", "IN", "+919876543210")]
    [InlineData("९८७६५४३२१०", "IN", "+919876543210")]
    [InlineData("+919999131026", "IN", "+919999131026")]
    [InlineData("+1 415 555 2671", "IN", "+14155552671")]
    [InlineData("14155552671", "IN", "+14155552671")]
    [InlineData("4155552671", "US", "+14155552671")]
    [InlineData("442079460958", "IN", "+442079460958")]
    [InlineData("020 7946 0958", "GB", "+442079460958")]
    [InlineData("+971 50 123 4567", "IN", "+971501234567")]
    public void Any_usual_notation_becomes_E164(string text, string region, string expected)
    {
        PhoneNumber.TryNormalise(text, region, out var phone).ShouldBeTrue();
        phone.ShouldBe(expected);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("+")]
    [InlineData("12")]
    [InlineData("hello")]
    [InlineData("98765abc10")]
    [InlineData("98765+43210")]
    [InlineData("987654321098765432109")]
    [InlineData("+999123456789")]
    [InlineData("9876543210\n")]
    [InlineData("98765\r\n43210")]
    public void What_is_no_possible_number_is_refused(string? text)
    {
        var accepted = PhoneNumber.TryNormalise(text, "IN", out var phone);

        // White space around is no part of the notation.
        accepted.ShouldBe(string.Equals(text?.Trim(), "9876543210", StringComparison.Ordinal));
        phone.ShouldBe(accepted ? "+919876543210" : "");
    }

    [Theory]
    [InlineData(" Asha.Rao+test@Example.CO.in ", "asha.rao+test@example.co.in")]
    [InlineData("a@b.co", "a@b.co")]
    public void An_address_is_kept_in_lower_case(string text, string expected)
    {
        EmailAddress.TryNormalise(text, out var address).ShouldBeTrue();
        address.ShouldBe(expected);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("a@b")]
    [InlineData("@b.co")]
    [InlineData("a b@c.de")]
    [InlineData("a@b.co\r\nBcc: x@y.zz")]
    [InlineData("A <a@b.co>")]
    [InlineData("a@b..co")]
    [InlineData("a@@b.co")]
    public void What_is_no_address_is_refused(string? text) => EmailAddress.TryNormalise(text, out _).ShouldBeFalse();

    [Theory]
    [InlineData("0", 0)]
    [InlineData("0.0001", 1)]
    [InlineData("1234.5678", 12_345_678)]
    [InlineData("0.30000000000000004", 3_000)]
    [InlineData("0.00005", 1)]
    [InlineData("900000000000", 9_000_000_000_000_000)]
    public void Money_is_exact_to_a_ten_thousandth(string amount, long units)
    {
        var value = decimal.Parse(amount, System.Globalization.CultureInfo.InvariantCulture);

        Money.ToUnits(value).ShouldBe(units);
        Money.FromUnits(units).ShouldBe(decimal.Round(value, 4, MidpointRounding.AwayFromZero));
    }
}
