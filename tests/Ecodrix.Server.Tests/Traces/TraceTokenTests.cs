using System.Buffers.Text;
using CsCheck;
using Ecodrix.Server.Features.Traces.Links;
using Ecodrix.Storage;

namespace Ecodrix.Server.Tests.Traces;

/// <summary>What stands in a link: it comes back as it was written, and nothing else is taken for it.</summary>
public sealed class TraceTokenTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 15, 9, 30, 0, TimeSpan.Zero);

    private static readonly byte[] Key = [.. Enumerable.Range(0, 32).Select(index => (byte)index)];

    private static readonly Gen<string> Tenants = Gen.String[Gen.Char["ABCXYZ019_-"], 1, 31].Select(Gen.Bool, (rest, isTest) => "A" + rest + (isTest ? "_test" : ""));

    private static readonly Gen<string> Ids = Gen.String[Gen.Char["0123456789abcdef"], 24, 24];

    [Fact]
    public void What_was_written_is_read_again() =>
        Gen.Select(Tenants, Ids, Gen.Int[1, 700_000]).Sample((tenant, id, seconds) =>
        {
            var right = TraceToken.Read(Key, Text(Key, tenant, id, Now.AddSeconds(seconds)), Now).ShouldBeOfType<TraceTokenCheck.Right>();

            right.ShouldBe(new TraceTokenCheck.Right(TenantId.Parse(tenant), id, Now.AddSeconds(seconds)));
        });

    [Fact]
    public void A_changed_bit_makes_it_wrong() =>
        Gen.Select(Tenants, Ids, Gen.Int[0, 10_000]).Sample((tenant, id, where) =>
        {
            var token = new byte[TraceToken.MostBytes];
            var length = TraceToken.Write(Key, tenant, id, Now.AddDays(7), token);
            token[where / 8 % length] ^= (byte)(1 << (where % 8));

            TraceToken.Read(Key, Base64Url.EncodeToString(token.AsSpan(0, length)), Now).ShouldBeOfType<TraceTokenCheck.Wrong>();
        });

    [Fact]
    public void Whatever_a_stranger_writes_is_wrong_and_never_a_fault() =>
        Gen.String[0, 300].Sample(text => TraceToken.Read(Key, text, Now).ShouldBeOfType<TraceTokenCheck.Wrong>());

    [Fact]
    public void Of_bytes_that_a_stranger_encodes_none_is_right() =>
        Gen.Byte.Array[0, 200].Sample(bytes => TraceToken.Read(Key, Base64Url.EncodeToString(bytes), Now).ShouldBeOfType<TraceTokenCheck.Wrong>());

    [Theory]
    [InlineData(1, true)]
    [InlineData(0, false)]
    [InlineData(-1, false)]
    public void It_ends_at_its_second(int secondsLeft, bool isRight) =>
        (TraceToken.Read(Key, Text(Key, "ACME", "665f00000000000000000000", Now.AddSeconds(secondsLeft)), Now) is TraceTokenCheck.Right).ShouldBe(isRight);

    [Fact]
    public void An_expired_token_of_another_key_is_wrong_and_not_expired() =>
        TraceToken.Read(Key, Text(new byte[32], "ACME", "665f00000000000000000000", Now.AddDays(-1)), Now).ShouldBeOfType<TraceTokenCheck.Wrong>();

    [Fact]
    public void The_longest_tenants_token_fits()
    {
        var longest = "A" + new string('B', 31) + "_test";

        TraceToken.Read(Key, Text(Key, longest, "665f00000000000000000000", Now.AddDays(7)), Now).ShouldBeOfType<TraceTokenCheck.Right>().Tenant.Value.ShouldBe(longest);
    }

    private static string Text(byte[] key, string tenant, string id, DateTimeOffset expiresAt)
    {
        var token = new byte[TraceToken.MostBytes];
        return Base64Url.EncodeToString(token.AsSpan(0, TraceToken.Write(key, tenant, id, expiresAt, token)));
    }
}
