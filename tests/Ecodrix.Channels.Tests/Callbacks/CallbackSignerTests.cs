using System.Security.Cryptography;
using System.Text;
using Ecodrix.Channels.Callbacks;

namespace Ecodrix.Channels.Tests.Callbacks;

public sealed class CallbackSignerTests
{
    private static readonly byte[] Body = """{"test": 2432232314}"""u8.ToArray();

    private static readonly DateTimeOffset Timestamp = DateTimeOffset.FromUnixTimeSeconds(1614265330);

    [Fact]
    public void The_standard_signature_is_that_of_the_scheme_s_own_example() =>
        CallbackSigner.Standard("msg_p5jXN8AQM9LWM0D4loKWxJek", Timestamp, Body, new CallbackSecrets("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"))
            .ShouldBe("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");

    [Theory]
    [InlineData("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")]
    [InlineData("an older secret, with ü")]
    public void The_plain_signature_is_keyed_with_the_whole_secret(string secret)
    {
        var expected = Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Body));

        CallbackSigner.Plain(Body, new CallbackSecrets(secret)).ShouldBe("sha256=" + expected);
    }

    [Theory]
    [InlineData("an older secret")]
    [InlineData("whsec_not base64!")]
    [InlineData("whsec_")]
    public void A_secret_that_is_not_base64_keys_the_standard_signature_with_its_own_bytes(string secret)
    {
        var signed = Encoding.UTF8.GetBytes("id.1614265330.").Concat(Body).ToArray();
        var expected = Convert.ToBase64String(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), signed));

        CallbackSigner.Standard("id", Timestamp, Body, new CallbackSecrets(secret)).ShouldBe("v1," + expected);
    }

    [Fact]
    public void While_a_rotation_overlaps_the_standard_header_holds_both_and_the_plain_one_the_old()
    {
        var (newer, older) = (CallbackSigner.NewSecret(), CallbackSigner.NewSecret());
        var both = new CallbackSecrets(newer, older);

        CallbackSigner.Standard("id", Timestamp, Body, both).ShouldBe(
            CallbackSigner.Standard("id", Timestamp, Body, new CallbackSecrets(newer)) + " " + CallbackSigner.Standard("id", Timestamp, Body, new CallbackSecrets(older)));
        CallbackSigner.Plain(Body, both).ShouldBe(CallbackSigner.Plain(Body, new CallbackSecrets(older)));
    }

    [Fact]
    public void A_new_secret_holds_thirty_two_random_bytes()
    {
        var secret = CallbackSigner.NewSecret();

        Convert.FromBase64String(secret["whsec_".Length..]).Length.ShouldBe(32);
        secret.Equals(CallbackSigner.NewSecret(), StringComparison.Ordinal).ShouldBeFalse();
    }
}
