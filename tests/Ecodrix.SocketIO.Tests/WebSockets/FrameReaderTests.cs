using System.Text;
using CsCheck;
using Ecodrix.SocketIO.EngineIO;
using Ecodrix.SocketIO.Tests.Wire;
using Ecodrix.SocketIO.WebSockets;

namespace Ecodrix.SocketIO.Tests.WebSockets;

public sealed class FrameReaderTests
{
    [Fact]
    public void However_the_bytes_are_cut_the_same_messages_come_out() =>
        Gen.Select(Gen.String[0, 300].Where(IsWellFormed).Array[1, 5], Gen.Int[1, 400].Array[1, 20]).Sample((texts, cuts) =>
        {
            var bytes = texts.SelectMany((text, at) => at % 2 is 0 ? Whole(text) : InTwo(text)).ToArray();

            Read(bytes, cuts).ShouldBe(texts.Select(text => new Received.Text(text)));
        });

    [Theory]
    [InlineData(125)]
    [InlineData(126)]
    [InlineData(65_535)]
    [InlineData(65_536)]
    public void Every_form_of_length_is_read_and_written(int size)
    {
        var message = EngineMessage.OfBinary(new byte[size]);
        message.Frame.Length.ShouldBe(size + FrameHeader.Length(size));

        Read(RawWebSocket.Frame(FrameOpcode.Binary, new byte[size]), [1_000_000]).ShouldHaveSingleItem().ShouldBeOfType<Received.Binary>().Content.Length.ShouldBe(size);
    }

    [Theory]
    [InlineData("827fffffffffffffffff01020304", CloseCode.TooBig)]
    [InlineData("81fe", null)]
    [InlineData("c18001020304", CloseCode.ProtocolError)]
    [InlineData("89fe007e01020304", CloseCode.ProtocolError)]
    [InlineData("888101020304ff", CloseCode.ProtocolError)]
    internal void A_header_that_promises_too_much_or_breaks_a_rule_is_refused_as_it_stands(string hex, CloseCode? code)
    {
        var bytes = Convert.FromHexString(hex);
        bytes[1] |= 0x80;

        var received = Read(bytes, [100]);

        received.ShouldBe(code is { } refused ? [new Received.Violation(refused)] : []);
    }

    [Fact]
    public void No_bytes_whatever_make_the_reader_throw() =>
        Gen.Select(Gen.Byte.Array[0, 200], Gen.Int[1, 50].Array[1, 5]).Sample((bytes, cuts) => Read(bytes, cuts));

    private static List<Received> Read(byte[] bytes, int[] cuts)
    {
        var reader = new FrameReader(100_000);
        var all = new List<Received>();
        for (var (at, turn) = (0, 0); at < bytes.Length; turn++)
        {
            var size = Math.Min(cuts[turn % cuts.Length], bytes.Length - at);
            var part = (ReadOnlySpan<byte>)bytes.AsSpan(at, size);
            at += size;
            while (reader.Read(ref part) is { } received)
            {
                all.Add(received);
                if (received is Received.Violation)
                {
                    return all;
                }
            }
        }

        return all;
    }

    private static byte[] Whole(string text) => RawWebSocket.Frame(FrameOpcode.Text, Encoding.UTF8.GetBytes(text));

    private static byte[] InTwo(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        return [.. RawWebSocket.Frame(FrameOpcode.Text, bytes.AsSpan(0, bytes.Length / 2), isFinal: false), .. RawWebSocket.Frame(FrameOpcode.Continuation, bytes.AsSpan(bytes.Length / 2))];
    }

    private static bool IsWellFormed(string text) => !text.EnumerateRunes().Any(rune => rune == Rune.ReplacementChar);
}
