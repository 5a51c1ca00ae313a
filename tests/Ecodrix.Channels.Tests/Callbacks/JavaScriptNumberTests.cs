using Ecodrix.Channels.Callbacks;

namespace Ecodrix.Channels.Tests.Callbacks;

public sealed class JavaScriptNumberTests
{
    [Theory]
    [InlineData(0d, "0")]
    [InlineData(1d, "1")]
    [InlineData(-1.5, "-1.5")]
    [InlineData(100d, "100")]
    [InlineData(0.1, "0.1")]
    [InlineData(123.456, "123.456")]
    [InlineData(1e20, "100000000000000000000")]
    [InlineData(1e21, "1e+21")]
    [InlineData(1.5e21, "1.5e+21")]
    [InlineData(123456789012345680000d, "123456789012345680000")]
    [InlineData(1e-6, "0.000001")]
    [InlineData(1e-7, "1e-7")]
    [InlineData(1.23e-7, "1.23e-7")]
    [InlineData(-1e-7, "-1e-7")]
    [InlineData(5e-324, "5e-324")]
    [InlineData(1.7976931348623157e308, "1.7976931348623157e+308")]
    [InlineData(9007199254740993d, "9007199254740992")]
    [InlineData(0.000001234, "0.000001234")]
    [InlineData(1e100, "1e+100")]
    public void A_number_is_printed_as_JavaScript_prints_it(double number, string text) => JavaScriptNumber.Write(number).ShouldBe(text);

    [Fact]
    public void Minus_zero_is_printed_without_its_sign() => JavaScriptNumber.Write(-0d).ShouldBe("0");

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void What_JSON_has_no_number_for_is_a_bug(double number) => Should.Throw<ArgumentException>(() => JavaScriptNumber.Write(number));
}
